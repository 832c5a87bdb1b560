"""Forms: they check what was typed, not what is allowed, and hand on typed values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

from flask import g
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation
from wtforms.widgets import TextInput

from app.errors import Stale
from app.i18n import _l
from app.letters import fold
from app.today import today_of
from app.tokens import new_handle
from models import clock
from models.base import LARGEST_ID, held, locked
from models.clinic import Location

MONTHS = {
    name: n
    for n, names in enumerate(
        ("jan oca january ocak", "feb sub february subat", "mar march mart", "apr nis april nisan", "may mayis", "jun haz june haziran",
         "jul tem july temmuz", "aug agu august agustos", "sep sept eyl september eylul", "oct eki october ekim", "nov kas november kasim",
         "dec ara december aralik"), start=1)
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: n
    for n, names in enumerate(
        ("mon monday pzt pazartesi", "tue tuesday sal sali", "wed wednesday car carsamba", "thu thursday per persembe",
         "fri friday cum cuma", "sat saturday cmt cumartesi", "sun sunday paz pazar"))
    for name in names.split()
}  # fmt: skip
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # what is counted from a day must still be a day


class Needed(InputRequired):
    """Something is typed, and more than spaces."""

    def __call__(self, form: Any, field: Field) -> None:
        first = field.raw_data[0] if field.raw_data else None
        if isinstance(first, str) and not first.strip():
            field.raw_data = []
        super().__call__(form, field)


REQUIRED = Needed(_l("Please fill this in."))
OPTIONAL = Optional()


class OutOfReach(ValueError):
    """A day that exists, in a year no clinic can mean."""


def at_most(letters: int) -> Length:
    """No longer than so many letters, said in words."""
    return Length(max=letters, message=_l("Please shorten this to at most %(max)d characters."))


def whole_number(least: int, most: int) -> list[Any]:
    """A whole number within limits, for an IntegerField; anything else is refused in our words, not the machine's."""
    words = _l("Enter a whole number from %(least)s to %(most)s.", least=least, most=most)

    def typed(_form: Any, field: Field) -> None:
        if field.data is None or not -LARGEST_ID <= field.data <= LARGEST_ID:  # NumberRange fails on a number of hundreds of digits
            field.errors = []
            raise StopValidation(words)

    return [typed, NumberRange(least, most, message=words)]


MAY_BE_LEFT_OUT = {"BooleanField", "RadioField", "SelectMultipleField", "FileField", "MultipleFileField", "FieldList", "FormField"}
"""Kinds of fields of which a browser may send nothing."""


def is_of(form: Any, typed: MultiDict[str, str]) -> bool:
    """Whether this form may be the one into which something was typed: every field that a browser always sends is there."""
    sent = {field.name for field in form if field.type not in MAY_BE_LEFT_OUT} - {"csrf_token"}
    return bool(sent) and sent <= set(typed)


class Form(FlaskForm):
    """Every form of the clinic: CSRF, `problems()` for the summary on top, and what was typed before the page was drawn anew."""

    class Meta(FlaskForm.Meta):
        """Where a form's values come from."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            found, before = super().wrap_formdata(form, formdata), g.get("typed_before")  # type: ignore[no-untyped-call]  # flask_wtf has no types
            return before if found is None and formdata is not None and before and is_of(form, before) else found

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]  # flask_wtf has no types; ours are given here once

    def is_submitted(self) -> bool:
        """Whether this request posts the form."""
        return bool(super().is_submitted())  # type: ignore[no-untyped-call]  # as above

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether this request posts the form and every field is well."""
        return self.is_submitted() and self.validate(extra_validators=extra_validators)

    def problems(self) -> list[tuple[str, str]]:
        """(field id, what to do) for every field that needs mending."""
        return [(self[name].id, str(text)) for name, texts in self.errors.items() if name for text in _flat(texts)]


class FormOnce(Form):
    """A form that creates something: its token makes a second press find the first one's result."""

    form_token = HiddenField(default=new_handle, validators=[REQUIRED, at_most(64)])


class FormOfVersion(Form):
    """A form about something that others may change meanwhile: it carries the version that was seen."""

    seen = HiddenField(validators=[REQUIRED])

    def check_seen(self, thing: Any, *, theirs: str | Callable[[], str], yours: str, keep_url: str = "") -> None:
        """Raise Stale when the thing is no longer at the version this page showed.

        Called inside the transaction, to whose end nobody else changes it: of two who saw one version, one changes it.
        `theirs` may be a function, where the words come from the thing as it is now.
        """
        if (place_id := getattr(thing, "location_id", None)) is not None:
            locked(Location, place_id)  # first, as whoever books there does: in two orders, two would wait for each other
        held(thing)
        if str(thing.version) != (self.seen.data or ""):
            raise Stale(theirs=theirs if isinstance(theirs, str) else theirs(), yours=yours, version=thing.version, keep_url=keep_url)


def read_day(text: str, today: date) -> date:
    """A day as people type it: 2026-12-03, 3.12.2026, 3/12/2026, 3.12, 3 ara, 3 dec 2026, +4w, +10d, -2d, today, bugün.

    A day without a year is the next one from today on; the weekday may stand beside it. Raises ValueError when it cannot be
    read, does not exist, is another weekday, or lies outside the years a clinic can mean.
    """
    typed = fold(text).replace(",", " ").split()
    said = {WEEKDAYS[word] for word in typed if word in WEEKDAYS}
    day = within_reach(_read_day(" ".join(word for word in typed if word not in WEEKDAYS), today))
    if said - {day.weekday()}:
        raise ValueError(text)
    return day


def iso_day(text: str) -> date:
    """A day as an address or a hidden field carries it: 2026-12-03. Raises ValueError as `read_day` does."""
    return within_reach(date.fromisoformat(text))


def within_reach(day: date) -> date:
    """The day itself. Raises OutOfReach for one before 1900 or after 2199."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise OutOfReach(day)
    return day


def row_id(text: str | None) -> int | None:
    """The id of a row that an address or a form names; None for what can be none."""
    if not re.fullmatch("[0-9]{1,10}", text or ""):
        return None
    number = int(text or 0)
    return number if 0 < number <= LARGEST_ID else None


def _read_day(typed: str, today: date) -> date:
    if typed in {"today", "bugun"}:
        return today
    if off := re.fullmatch(r"([+\-−])(\d{1,3})([dwgh])", typed):
        days = int(off[2]) * (7 if off[3] in "wh" else 1)
        return today + timedelta(days=days if off[1] == "+" else -days)
    if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", typed):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    if not (parts := re.fullmatch(r"(\d{1,2})[./ -]+(\d{1,2}|[a-z]+)[./ -]*(\d{4}|\d{2})?", typed)):
        raise ValueError(typed)
    month = int(parts[2]) if parts[2].isdigit() else MONTHS.get(parts[2], 0)
    if parts[3]:
        year = int(parts[3])
        return date(year + 2000 if year < 100 else year, month, int(parts[1]))
    this_year = date(today.year, month, int(parts[1]))
    return this_year if this_year >= today else date(today.year + 1, month, int(parts[1]))


class DayField(StringField):
    """A day, typed in any of the forms of `read_day`; `.day` is the value.

    `counted_from`: the day from which +10d counts where it is another than today.
    """

    widget = TextInput()
    no_day = _l("Enter a day that exists, such as 3.12.2026, 3 Dec or +4w.")
    out_of_reach = _l("Enter a day between the years 1900 and 2199.")

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.day: date | None = None
        self.counted_from: date | None = None

    def pre_validate(self, form: Any) -> None:
        self.day = None
        typed = (self.data or "").strip()
        if not typed:
            return
        counts = typed[0] in "+-−" and self.counted_from
        try:
            self.day = read_day(typed, counts or today_of(clock.now()))
        except OutOfReach:
            raise ValidationError(self.out_of_reach) from None
        except ValueError:
            raise ValidationError(self.no_day) from None


class TimeField(StringField):
    """A time of day: 9, 9:30, 09.30, 0930; `.time` is the value."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.time: time | None = None

    def pre_validate(self, form: Any) -> None:
        self.time = None
        typed = (self.data or "").strip()
        if not typed:
            return
        found = re.fullmatch(r"(\d{1,2})(?:[:.]?(\d{2}))?", typed)
        if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
            raise ValidationError(_l("Enter a time such as 9:30 or 14:00."))
        self.time = time(int(found[1]), int(found[2] or 0))


def one_line(_form: Any, field: Field) -> None:
    """Refuse line breaks of every script and control characters: nothing typed may become a line of a mail's head."""
    if any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in field.data or ""):
        raise ValidationError(_l("Please write this on one line."))


def _flat(texts: Any) -> list[Any]:
    if isinstance(texts, dict):
        return [t for part in texts.values() for t in _flat(part)]
    return [t for part in texts for t in (_flat(part) if isinstance(part, (list, tuple, dict)) else [part])]
