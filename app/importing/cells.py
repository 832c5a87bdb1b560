"""What stands in a cell: days and moments as spreadsheets write them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time, timedelta

from app.forms import MONTHS
from app.letters import fold

EXCEL_BEGINS = date(1899, 12, 30)  # Excel counts days from here, its own leap-year slip of 1900 included
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000  # 1954 to 2119: other numbers are no days


class UnreadableCell(ValueError):
    """The cell holds no day; the text says what it holds."""


@dataclass(frozen=True)
class When:
    """A day, and whether the cell named it or only its month (then: the month's last day, so that no interval looks longer)."""

    day: date
    only_month: bool = False


def day(text: str) -> date:
    """A day: 3.12.2026, 03/12/26, 2026-12-03, 2026-12-03 00:00:00, 3 Ara 2026, or Excel's own number of days."""
    found = when(text)
    if found.only_month:
        raise UnreadableCell(f"{text!r} names a month, not a day")
    return found.day


def when(text: str) -> When:
    """A day as `day` reads it, or a month: 2026-05, 05.2026, Mayıs 2026. Raises UnreadableCell."""
    typed = fold(text)
    try:
        return _month(typed) or When(_day(typed))
    except (ValueError, OverflowError):
        raise UnreadableCell(f"{text!r} is not a day or a month") from None


def moment(text: str) -> tuple[date, time | None]:
    """A day with its time, if it has one: 3.12.2026 14:30."""
    found = re.fullmatch(r"(.*?)[ t]+(\d{1,2})[:.](\d{2})(?::\d{2})?", fold(text))
    if not found or (found[2], found[3]) == ("00", "00"):
        return day(text), None
    try:
        return day(found[1]), time(int(found[2]), int(found[3]))
    except ValueError:
        raise UnreadableCell(f"{text!r} is not a day with a time") from None


def several(text: str) -> list[When]:
    """Days or months, separated by semicolons, commas, plus signs or line breaks."""
    return [when(part) for part in re.split(r"[;,+|\n]+", text) if part.strip()]


def _month(typed: str) -> When | None:
    year_first = re.fullmatch(r"(\d{4})[-./](\d{1,2})", typed)
    month_first = re.fullmatch(r"(\d{1,2})[-./](\d{4})", typed)
    word = re.fullmatch(r"([a-z]+)[ .-]+(\d{4})", typed)
    if year_first:
        year, month = int(year_first[1]), int(year_first[2])
    elif month_first:
        year, month = int(month_first[2]), int(month_first[1])
    elif word and word[1] in MONTHS:
        year, month = int(word[2]), MONTHS[word[1]]
    else:
        return None
    return When(date(year, month, monthrange(year, month)[1]), only_month=True)


def _day(typed: str) -> date:
    if re.fullmatch(r"\d{5}(\.0+)?", typed) and FIRST_SERIAL <= float(typed) <= LAST_SERIAL:
        return EXCEL_BEGINS + timedelta(days=int(float(typed)))
    if iso := re.fullmatch(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[ t].*)?", typed):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    parts = re.fullmatch(r"(\d{1,2})[./ -]+(\d{1,2}|[a-z]+)[./ -]+(\d{4}|\d{2})(?: .*)?", typed)
    if not parts:
        raise ValueError(typed)
    month = int(parts[2]) if parts[2].isdigit() else MONTHS.get(parts[2], 0)
    return date(_year(parts[3]), month, int(parts[1]))


def _year(text: str) -> int:
    """A year of two digits lies between 1930 and 2029, as spreadsheets take it."""
    if len(text) == 4:
        return int(text)
    return int(text) + (2000 if int(text) < 30 else 1900)


def today_or_before(found: When, today: date) -> date:
    """The day to count from: a month that is not over yet counts until today. Raises UnreadableCell for the future."""
    if found.only_month and (found.day.year, found.day.month) == (today.year, today.month):
        return today
    if found.day > today:
        raise UnreadableCell(f"{found.day:%d.%m.%Y} lies in the future")
    return found.day
