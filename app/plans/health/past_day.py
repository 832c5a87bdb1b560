"""Days that lie behind us: when something was seen, began or ended; sometimes only the month is known."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Any

from wtforms import StringField, ValidationError

from app.forms import DayField, read_day
from app.i18n import _l
from app.today import today_of
from models import clock

_WITH_YEAR = re.compile(r"\d{4}|^\s*\d{1,2}[./ -]+\w+[./ -]+\d{2}\s*$|^\s*\+")


class PastDayField(DayField):
    """A day up to today; one typed without a year is the last such day. `.day` is the value."""

    no_day = _l("Enter a day that exists and is past, such as 3.12.2025, 3 Dec or today.")

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.day is not None:
            self.day = _not_after(today_of(clock.now()), self.day, self.data or "")


def after_since(form: Any, field: Any) -> None:
    """A check of `ended` beside `since`: nothing is over before it began."""
    if field.day and form.since.day and field.day < form.since.day:
        raise ValidationError(_l("It cannot be over before it began."))


class DayOrMonthField(StringField):
    """A day up to today, or a month, for which its last day stands: `.day`, and `.only_month` where it was one."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.day: date | None = None
        self.only_month = False

    def pre_validate(self, form: Any) -> None:
        typed, today = self.data or "", today_of(clock.now())
        month = month_of(typed)
        self.only_month = month is not None
        try:
            self.day = month_so_far(month, today) or (read_day(typed, today) if typed.strip() else None)
        except ValueError:
            raise ValidationError(_l("Enter a day such as 3.12.2025, or a month such as 12.2025.")) from None
        if self.day is not None:
            self.day = _not_after(today, self.day, typed)


def month_of(typed: str) -> date | None:
    """The last day of a month typed as 10.2026, 2026-10 or 10/2026; None for anything else."""
    found = re.fullmatch(r"\s*(?:(\d{1,2})[./ -](\d{4})|(\d{4})-(\d{1,2}))\s*", typed)
    if not found:
        return None
    month, year = int(found[1] or found[4]), int(found[2] or found[3])
    return date(year, month, calendar.monthrange(year, month)[1]) if 1 <= month <= 12 and year > 1900 else None


def month_so_far(last: date | None, today: date) -> date | None:
    """The last day of a month, of the running one today."""
    return today if last is not None and (last.year, last.month) == (today.year, today.month) else last


def _not_after(today: date, day: date, typed: str) -> date:
    """The day itself, or a year earlier where no year was typed. Raises ValidationError for a day to come."""
    if day > today and not _WITH_YEAR.search(typed) and (day.month, day.day) != (2, 29):
        day = day.replace(year=day.year - 1)
    if day > today:
        raise ValidationError(_l("This day lies in the future."))
    return day
