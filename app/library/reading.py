"""Reads raw data into typed values, remembers where it is, and gathers every fault instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from app.library.names import LANGUAGES, Names
from app.library.problems import ContentProblem
from app.planning import durations
from app.planning.durations import Duration

Choice = TypeVar("Choice", bound=StrEnum)
_MISSING = object()
_VARIABLE = re.compile(r"\{(\w+)\}")
_SUFFIX = re.compile(r"\}['’]?\w")
MOST_DAYS = 36_500
LONGEST_TEXT = 1_000


class Node:
    """One place in raw data.

    A missing place answers every question with an empty value and no fault of its own, so that each fault is told
    once: ``fields`` tells what is missing.
    """

    __slots__ = ("path", "problems", "value")

    def __init__(self, value: object, path: str, problems: list[ContentProblem]) -> None:
        self.value, self.path, self.problems = value, path, problems

    def fault(self, code: str, **params: object) -> None:
        """Note what is wrong here."""
        self.problems.append(ContentProblem(self.path, code, params))

    @property
    def given(self) -> bool:
        """Whether anything stands here."""
        return self.value is not _MISSING

    def __getitem__(self, key: str) -> Node:
        inside = self.value.get(key, _MISSING) if isinstance(self.value, Mapping) else _MISSING
        return Node(inside, f"{self.path}.{key}" if self.path else key, self.problems)

    def fields(self, must: str, may: str = "") -> Node:
        """This place, whose fields are exactly the named ones; those in ``may`` can be absent."""
        if not self.given:
            return self
        if not isinstance(self.value, Mapping):
            self.fault("not_fields")
            return Node(_MISSING, self.path, self.problems)
        for name in must.split():
            if name not in self.value:
                self[name].fault("missing")
        for name in self.value:
            if name not in must.split() and name not in may.split():
                self.fault("unknown_field", name=name)
        return self

    def items(self) -> Iterator[tuple[str, Node]]:
        """Every key with its place."""
        if not isinstance(self.value, Mapping):
            if self.given:
                self.fault("not_fields")
            return
        for key in self.value:
            if isinstance(key, str):
                yield key, self[key]
            else:
                self.fault("not_text")

    def each(self) -> list[Node]:
        """Every entry of a list; a missing one is empty."""
        if not isinstance(self.value, list | tuple):
            if self.given:
                self.fault("not_a_list")
            return []
        return [Node(entry, f"{self.path}[{i}]", self.problems) for i, entry in enumerate(self.value)]

    def text(self, longest: int = LONGEST_TEXT) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str):
            if self.given:
                self.fault("not_text")
            return ""
        if not self.value.strip():
            self.fault("empty_text")
        if len(self.value) > longest:
            self.fault("too_long", most=longest)
        if any(not letter.isprintable() for letter in self.value):
            self.fault("control_character")
        return self.value

    def text_or_none(self) -> str | None:
        """A text, or None where nothing stands."""
        return self.text() if self.given else None

    def whole(self, least: int = 0, most: int = MOST_DAYS) -> int:
        """A whole number within limits; ``least`` where nothing stands."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not least <= self.value <= most:
            if self.given:
                self.fault("not_whole", least=least, most=most)
            return least
        return self.value

    def whole_or_none(self, least: int = 0, most: int = MOST_DAYS) -> int | None:
        """A whole number, or None where nothing stands."""
        return self.whole(least, most) if self.given else None

    def flag(self, default: bool = False) -> bool:
        """Yes or no."""
        if not isinstance(self.value, bool):
            if self.given:
                self.fault("not_yes_no")
            return default
        return self.value

    def choice(self, kind: type[Choice], default: Choice) -> Choice:
        """One of an enumeration's values."""
        if not self.given:
            return default
        if self.value not in [str(member) for member in kind]:
            self.fault("not_a_choice", name=str(self.value)[:40], choices=", ".join(kind))
            return default
        return kind(self.value)

    def key(self, table: Collection[str], kind: str) -> str:
        """A name that a table defines."""
        name = self.text()
        if name and name not in table:
            self.fault("unknown_name", name=name, table=kind)
        return name

    def key_or_none(self, table: Collection[str], kind: str) -> str | None:
        """A name that a table defines, or None where nothing stands."""
        return self.key(table, kind) if self.given else None

    def keys(self, table: Collection[str], kind: str) -> tuple[str, ...]:
        """A list of names that a table defines, each once."""
        found = tuple(entry.key(table, kind) for entry in self.each())
        for name in {name for name in found if found.count(name) > 1}:
            self.fault("twice", name=name)
        return found

    def one_or_more(self, table: Collection[str], kind: str) -> tuple[str, ...]:
        """One name or a list of them."""
        return (self.key(table, kind),) if isinstance(self.value, str) else self.keys(table, kind)

    def names(self) -> Names:
        """A text in every language and nothing else."""
        self.fields(" ".join(LANGUAGES))
        return self.texts()

    def texts(self) -> Names:
        """The texts in every language that stand among the fields here, with the same variables and no suffix on one."""
        found = Names(**{language: self[language].text() for language in LANGUAGES})
        if sorted(_VARIABLE.findall(found.en)) != sorted(_VARIABLE.findall(found.tr)):
            self.fault("variables_differ")
        if _SUFFIX.search(found.tr):
            self.fault("suffix_on_variable")
        return found

    def names_or_none(self) -> Names | None:
        """A text in every language, or None where nothing stands."""
        return self.names() if self.given else None

    def duration(self) -> Duration | None:
        """A length of time above zero: whole days, or text such as "4w". None where nothing stands."""
        if not self.given:
            return None
        days = isinstance(self.value, int) and not isinstance(self.value, bool)
        try:
            found = durations.parse(f"{self.value}d" if days else str(self.value))
        except durations.BadDuration:
            self.fault("not_a_duration", name=str(self.value)[:40])
            return None
        if rough_days(found) <= 0 or rough_days(found) > MOST_DAYS:
            self.fault("not_above_zero" if rough_days(found) <= 0 else "not_a_duration", name=str(self.value)[:40])
            return None
        return found


def rough_days(duration: Duration) -> float:
    """About how many days a duration lasts, to compare two of them: 365.25 a year, a twelfth of it a month."""
    return duration.days + 7 * duration.weeks + 365.25 / 12 * (duration.months + 12 * duration.years)
