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


def band(day: date, recommended: date, window: tuple[date, date | None], ideal_gap_days: int) -> Band:
    """The band of `day` in a window of earliest and latest day (latest None: no end).

    Ideal is the recommended day give or take 2 days, or 7 % of the ideal gap rounded down where
    that is more, cut to the window.
    """
    earliest, latest = window
    if day < earliest:
        return Band.TOO_EARLY
    if latest is not None and day > latest:
        return Band.OVERDUE
    off = (day - recommended).days
    if abs(off) <= max(2, ideal_gap_days * 7 // 100):
        return Band.IDEAL
    return Band.EARLY if off < 0 else Band.LATE
