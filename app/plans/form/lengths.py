"""Lengths of time as people type them: 28, 28 days, 4w, 6m, 4 hafta, 6 ay."""

from __future__ import annotations

import re
from typing import Any

from wtforms import StringField, ValidationError

from app.i18n import _l
from app.letters import fold
from app.planning.durations import BadDuration, Duration, OutOfCalendar, parse
from app.plans.numbers import SOME_DAY

LONGEST_DAYS = 1830
_TYPED = re.compile(r"(\d{1,4})\s*([a-z]*)")
_UNITS = {
    word: unit
    for unit, words in {
        "d": "d day days g gun", "w": "w wk week weeks h hafta", "m": "m mo month months a ay", "y": "y year years yil",
    }.items()
    for word in words.split()
}  # fmt: skip


class UnreadableLength(ValueError):
    """What was typed is not a length of time."""


def read_length(typed: str) -> Duration:
    """A whole number is days; a unit may follow. Raises UnreadableLength for another unit, nothing, or more than 5 years."""
    folded = fold(typed).strip()
    if (plain := _TYPED.fullmatch(folded)) and (not plain[2] or plain[2] in _UNITS):
        folded = f"{plain[1]}{_UNITS.get(plain[2], 'd')}"
    try:
        found = parse(folded)
        days = (found.after(SOME_DAY) - SOME_DAY).days
    except (BadDuration, OutOfCalendar):
        raise UnreadableLength(typed) from None
    if not 0 < days <= LONGEST_DAYS:
        raise UnreadableLength(typed)
    return found


def written(length: Duration | None) -> str:
    """As it stands in a field: 28, or 4w."""
    if length is None:
        return ""
    return str(length.days) if length == Duration(days=length.days) else str(length)


class LengthField(StringField):
    """A length of time; `.length` is the value, None when empty."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.length: Duration | None = None

    def pre_validate(self, form: Any) -> None:
        self.length = None
        if not (self.data or "").strip():
            return
        try:
            self.length = read_length(self.data or "")
        except UnreadableLength:
            raise ValidationError(_l("Enter days such as 28, or 4w, 6m, 1y.")) from None
