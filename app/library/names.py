"""A text in every language of the product."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("en", "tr")


@dataclass(frozen=True, slots=True)
class Names:
    """One text in English and Turkish."""

    en: str
    tr: str

    def in_(self, language: str) -> str:
        """The text in a language; English for one that is not ours."""
        return self.tr if language == "tr" else self.en

    def to_data(self) -> dict[str, str]:
        """The shape of the library file."""
        return {"en": self.en, "tr": self.tr}
