"""What is typed about a recall of lots."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from wtforms import Field, SelectMultipleField, StringField, TextAreaField, ValidationError

from app.forms import OPTIONAL, REQUIRED, DayField, Form, FormOfVersion, FormOnce, at_most, one_line
from app.i18n import _, _l
from app.library.names import LANGUAGES
from app.messages.letter.about_lots import PARTS
from app.messages.wording.fit import fit_for_patients, names_no_treatment

PART_WORDS = {"meaning": _l("What it means"), "to_do": _l("What to do now"), "signs": _l("Signs to watch for"),
              "calls": _l("Who calls, and by when")}  # fmt: skip


_FOR_PATIENTS = [OPTIONAL, at_most(2000), fit_for_patients, names_no_treatment]


class Words(Form):
    """The reason, the day until which everybody is called, and the text in each language (all of it or nothing)."""

    reason = StringField(_l("Why are these lots called back?"), [REQUIRED, at_most(300), one_line])
    call_by = DayField(_l("Everybody has heard by"), [REQUIRED])
    meaning_en = TextAreaField(PART_WORDS["meaning"], _FOR_PATIENTS)
    to_do_en = TextAreaField(PART_WORDS["to_do"], _FOR_PATIENTS)
    signs_en = TextAreaField(PART_WORDS["signs"], _FOR_PATIENTS)
    calls_en = TextAreaField(PART_WORDS["calls"], _FOR_PATIENTS)
    meaning_tr = TextAreaField(PART_WORDS["meaning"], _FOR_PATIENTS)
    to_do_tr = TextAreaField(PART_WORDS["to_do"], _FOR_PATIENTS)
    signs_tr = TextAreaField(PART_WORDS["signs"], _FOR_PATIENTS)
    calls_tr = TextAreaField(PART_WORDS["calls"], _FOR_PATIENTS)
    today: date | None = None

    def validate_call_by(self, field: DayField) -> None:
        if field.day and self.today and field.day < self.today:
            raise ValidationError(_("This day has passed."))

    def validate(self, extra_validators: Any = None) -> bool:
        """A language is written whole or not at all."""
        well = super().validate(extra_validators)
        for field in self._left_blank():
            field.errors = [*field.errors, _("Write this part too: a text goes out whole or not at all.")]
            well = False
        return well

    def texts(self) -> dict[str, dict[str, str]]:
        """What was written, by language."""
        parts = {language: {part: self._typed(part, language) for part in PARTS} for language in LANGUAGES}
        return {language: text for language, text in parts.items() if all(text.values())}

    def fields_of(self, language: str) -> list[Field]:
        """Every part in one language."""
        return [self[f"{part}_{language}"] for part in PARTS]

    def _left_blank(self) -> Iterator[Field]:
        for language in LANGUAGES:
            if any(self._typed(part, language) for part in PARTS):
                yield from (self[f"{part}_{language}"] for part in PARTS if not self._typed(part, language))

    def _typed(self, part: str, language: str) -> str:
        return (self[f"{part}_{language}"].data or "").strip()


class OpenForm(Words, FormOnce):
    """Which lots, and the words."""

    lots = SelectMultipleField(_l("Lots"), [REQUIRED], coerce=int)

    def offer(self, lots: list[tuple[int, str]]) -> None:
        self.lots.choices = lots


class EditForm(Words, FormOfVersion):
    """Other words, until a physician has approved them."""


class ApproveForm(FormOfVersion):
    """A physician stands for the words that were seen."""


class CloseForm(FormOfVersion):
    """Why it is closed with somebody who has not heard."""

    note = StringField(_l("Why is it closed although somebody has not heard?"), [OPTIONAL, at_most(300), one_line])
