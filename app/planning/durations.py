"""Lengths of time as a protocol writes them ("4w-4d"), and how they are added to a day."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_TEXT = re.compile(r"[0-9]+[dwmy](?:[+-][0-9]+[dwmy])*")
_TERM = re.compile(r"([+-]?)([0-9]+)([dwmy])")
_ONE_DAY = timedelta(days=1)


class BadDuration(ValueError):
    """The text is not a duration."""


class OutOfCalendar(ValueError):
    """A sum of a day and a duration lies outside the years 1 to 9999."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in calendar units. Parts may be negative: "4w-4d" is 4 weeks less 4 days."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """The day this long after `day`: years first, then months, then weeks and days.

        Years and months keep the day number; where that day does not exist, the first day of
        the next month stands for it, so a gap is never shorter than meant.

        Raises OutOfCalendar when the result has no place in the calendar.
        """
        try:
            found = day
            if self.years:
                found = _months_after(found, 12 * self.years)
            if self.months:
                found = _months_after(found, self.months)
            return found + timedelta(days=7 * self.weeks + self.days)
        except (OverflowError, ValueError):
            raise OutOfCalendar(f"{day} and {self} is outside the years 1 to 9999") from None

    def __str__(self) -> str:
        """The shortest text that reads back as this duration."""
        amounts = ((self.years, "y"), (self.months, "m"), (self.weeks, "w"), (self.days, "d"))
        more = [f"{amount}{unit}" for amount, unit in amounts if amount > 0]
        less = [f"{-amount}{unit}" for amount, unit in amounts if amount < 0]
        return "-".join(["+".join(more) or "0d", *less])


def _months_after(day: date, months: int) -> date:
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month0 + 1, 1)
    try:
        return first.replace(day=day.day)
    except ValueError:
        # Only months that another one follows in the same year are shorter than 31 days.
        return first.replace(month=first.month + 1)


@lru_cache(maxsize=1024)
def parse(text: str) -> Duration:
    """Read a duration: terms of a whole number and d, w, m or y, joined by + or -.

    The first term has no sign, there are no spaces, equal units add up.
    Raises BadDuration for anything else.
    """
    if not _TEXT.fullmatch(text):
        raise BadDuration(f'"{text[:40]}" is not a duration such as "28d", "4w-4d" or "1y+2m"')
    parts = {"y": 0, "m": 0, "w": 0, "d": 0}
    for sign, amount, unit in _TERM.findall(text):
        parts[unit] += _whole(amount) * (-1 if sign == "-" else 1)
    return Duration(parts["y"], parts["m"], parts["w"], parts["d"])


def _whole(digits: str) -> int:
    # No calendar holds more than seven digits of days, and reading huge numbers costs time.
    if len(digits) > 9:
        raise BadDuration(f'"{digits[:12]}…" is too large a number for a duration')
    return int(digits)


def day_after(day: date) -> date:
    """The next day of the calendar. Raises OutOfCalendar after the last one."""
    try:
        return day + _ONE_DAY
    except OverflowError:
        raise OutOfCalendar(f"no day follows {day}") from None
