"""How well a day fits the window of a session."""

from datetime import date
from enum import StrEnum


class Band(StrEnum):
    """Where a day lies in, before or after a window."""

    TOO_EARLY = "too_early"
    EARLY = "early"
    IDEAL = "ideal"
    LATE = "late"
    OVERDUE = "overdue"


def as_good(ideal_gap_days: int) -> int:
    """How many days before and after the recommended one are as good: 2, or 7 % of the ideal gap rounded down where that is more."""
    return max(2, ideal_gap_days * 7 // 100)


def band(day: date, recommended: date, window: tuple[date, date | None], ideal_gap_days: int) -> Band:
    """The band of `day` in a window of earliest and latest day (latest None: no end).

    Ideal are the days `as_good` on either side of the recommended day, cut to the window.
    """
    earliest, latest = window
    if day < earliest:
        return Band.TOO_EARLY
    if latest is not None and day > latest:
        return Band.OVERDUE
    off = (day - recommended).days
    if abs(off) <= as_good(ideal_gap_days):
        return Band.IDEAL
    return Band.EARLY if off < 0 else Band.LATE
