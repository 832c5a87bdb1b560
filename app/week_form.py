"""A week of times as it is typed and shown, and from when to when it holds: for the clinic and for each person."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import StringField, ValidationError

from app.formats import long_day
from app.forms import OPTIONAL, DayField, FormOfVersion, at_most, iso_day
from app.hours import Calendar, Span, UnreadableTimes, read_spans, written
from app.i18n import _, _l, language
from models import clock

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Validity = tuple[date | None, date | None]


class SpansField(StringField):
    """Open times of a day; `.spans` is the value."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.spans: list[Span] = []

    def pre_validate(self, form: Any) -> None:
        try:
            self.spans = read_spans(self.data or "")
        except UnreadableTimes:
            raise ValidationError(_l("Enter times such as 9:00–18:00 or 9–12:30, 13:30–18. Leave it empty for closed.")) from None


class WeekForm(FormOfVersion):
    """The open times of a week, and from when to when they hold."""

    valid_from = DayField(_l("From"), [OPTIONAL])
    valid_to = DayField(_l("Until"), [OPTIONAL])
    monday = SpansField(_l("Monday"), [at_most(80)])
    tuesday = SpansField(_l("Tuesday"), [at_most(80)])
    wednesday = SpansField(_l("Wednesday"), [at_most(80)])
    thursday = SpansField(_l("Thursday"), [at_most(80)])
    friday = SpansField(_l("Friday"), [at_most(80)])
    saturday = SpansField(_l("Saturday"), [at_most(80)])
    sunday = SpansField(_l("Sunday"), [at_most(80)])

    def validate_valid_to(self, field: Any) -> None:
        if field.day and self.valid_from.day and field.day < self.valid_from.day:
            raise ValidationError(_l("The last day must not be before the first."))

    @property
    def validity(self) -> tuple[date | None, date | None]:
        return self.valid_from.day, self.valid_to.day

    def chosen(self) -> dict[int, list[Span]]:
        return {n: field.spans for n, field in enumerate(self.weekdays)}

    @property
    def weekdays(self) -> list[SpansField]:
        """The fields of the seven days, Monday first."""
        return [field for field in (self[name] for name in WEEKDAYS) if isinstance(field, SpansField)]


def key_of(validity: Validity) -> str:
    """A validity as it stands in an address: 2026-07-01_2026-08-31, always."""
    return "_".join(day.isoformat() if day else "" for day in validity) if any(validity) else "always"


def read_key(key: str) -> Validity | None:
    """The validity that an address names; None for a new one or one that cannot be read."""
    if key == "always":
        return None, None
    try:
        start, end = (iso_day(part) if part else None for part in key.split("_"))
    except ValueError:
        return None
    return start, end


def validity_words(validity: Validity) -> str:
    """When hours hold: "From Wednesday 1 July 2026 until …"."""
    start, end = (long_day(day, language()) if day else "" for day in validity)
    if start and end:
        return _("From %(start)s until %(end)s", start=start, end=end)
    if start:
        return _("From %(start)s", start=start)
    return _("Until %(end)s", end=end) if end else _("All year")


def as_typed(calendar: Calendar, validity: Validity | None) -> dict[str, str]:
    """What the form shows first: the hours that are changed, or for new ones those that hold today."""
    source = validity or calendar.in_force(clock.now().date()) or (calendar.validities or [(None, None)])[-1]
    spans = {name: written(calendar.week(source)[n]) for n, name in enumerate(WEEKDAYS)}
    days = {name: day.isoformat() for name, day in zip(("valid_from", "valid_to"), validity or (None, None), strict=True) if day}
    return spans | days
