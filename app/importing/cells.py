"""What stands in a cell: days and moments as spreadsheets write them, and how a cell is quoted when it cannot be read."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, time, timedelta

from app.forms import MONTHS
from app.letters import fold

EXCEL_BEGINS = date(1899, 12, 30)  # Excel counts days from here, its own leap-year slip of 1900 included
FIRST_SERIAL, LAST_SERIAL = 10_000, 80_000  # 1927 to 2119: other numbers are no days
TIME = r"(\d{1,2})[:.](\d{2})(?:[:.]\d{2}(?:\.\d+)?)?"
MINUTES_OF_A_DAY = 24 * 60
LONGEST_QUOTE = 40


class UnreadableCell(ValueError):
    """The cell holds no day; the text says what it holds."""


@dataclass(frozen=True)
class When:
    """A day, and whether the cell named it or only its month (then: the month's last day, so that no interval looks longer)."""

    day: date
    only_month: bool = False


def quoted(text: str) -> str:
    """A cell as a message shows it: on one line, in quotes, cut where it is long."""
    line = " ".join(text.split())
    return repr(line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}…")


def day(text: str) -> date:
    """A day: 3.12.2026, 03/12/26, 2026-12-03, 2026-12-03 00:00:00, 3 Ara 2026, or Excel's own number of days."""
    found = when(text)
    if found.only_month:
        raise UnreadableCell(f"{quoted(text)} names a month, not a day")
    return found.day


def when(text: str) -> When:
    """A day as `day` reads it, or a month: 2026-05, 05.2026, Mayıs 2026. Raises UnreadableCell."""
    typed = fold(text)
    try:
        return _month(typed) or When(_day(typed))
    except (ValueError, OverflowError):
        raise UnreadableCell(f"{quoted(text)} is not a day or a month") from None


def moment(text: str) -> tuple[date, time | None]:
    """A day with its time, if it has one: 3.12.2026 14:30, or Excel's number of days with its part of a day."""
    typed = fold(text)
    try:
        if serial := _serial(typed):
            return serial
        found = re.fullmatch(rf"(.*?)(?:[ t,]+(?:saat )?){TIME}", typed)
        if not found or (int(found[2]), int(found[3])) == (0, 0):  # a spreadsheet writes a day as its midnight
            return day(text), None
        return day(found[1]), time(int(found[2]), int(found[3]))
    except ValueError:
        raise UnreadableCell(f"{quoted(text)} is not a day with a time") from None


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
    if serial := _serial(typed):
        return serial[0]
    if iso := re.fullmatch(rf"(\d{{4}})[-./](\d{{1,2}})[-./](\d{{1,2}})(?:[ t]+{TIME})?", typed):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    parts = re.fullmatch(rf"(\d{{1,2}})[./ -]+(\d{{1,2}}|[a-z]+)[./ -]+(\d{{4}}|\d{{2}})(?: {TIME})?", typed)
    if not parts:
        raise ValueError(typed)
    month = int(parts[2]) if parts[2].isdigit() else MONTHS.get(parts[2], 0)
    return date(_year(parts[3]), month, int(parts[1]))


def _serial(typed: str) -> tuple[date, time | None] | None:
    """Excel's own number of days since its beginning, with the part of the day behind the point; None: another text."""
    found = re.fullmatch(r"(\d{5})(?:[.,](\d{1,12}))?", typed)
    if not found or not FIRST_SERIAL <= int(found[1]) <= LAST_SERIAL:
        return None
    minute = round(float(f"0.{found[2] or 0}") * MINUTES_OF_A_DAY)
    days = EXCEL_BEGINS + timedelta(days=int(found[1]), minutes=minute)
    return days, time(minute // 60, minute % 60) if 0 < minute < MINUTES_OF_A_DAY else None


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
