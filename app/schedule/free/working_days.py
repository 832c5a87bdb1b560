"""Opening hours, working hours and claims, day by day, as the search for free times reads them: wall-clock minutes.

Days are worked out when they are first asked for, so a year ahead costs nothing until somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from math import ceil, floor
from typing import Final
from zoneinfo import ZoneInfo

from app.hours import Calendar, Hours, works_at
from app.planning.resources import DAY_MINUTES, Span

EPOCH: Final = date(1970, 1, 1).toordinal()
QUARTER: Final = 15 * 60


class DaysAhead(Mapping[date, tuple[Span, ...]]):
    """The spans of any day from the first to the last, worked out once each."""

    def __init__(self, work_out: Callable[[date], tuple[Span, ...]], first: date, last: date) -> None:
        self._work_out, self._first, self._last = work_out, first, last
        self._known: dict[date, tuple[Span, ...]] = {}

    def __getitem__(self, day: date) -> tuple[Span, ...]:
        if not self._first <= day <= self._last:
            raise KeyError(day)
        if day not in self._known:
            self._known[day] = self._work_out(day)
        return self._known[day]

    def __iter__(self) -> Iterator[date]:
        return (self._first + timedelta(days=n) for n in range(len(self)))

    def __len__(self) -> int:
        return (self._last - self._first).days + 1


def minute_of(moment: time) -> int:
    """Minutes after midnight; the last minute of the day stands for midnight (hours are stored without 24:00)."""
    return DAY_MINUTES if moment >= time(23, 59) else moment.hour * 60 + moment.minute


def time_of(minute: int) -> time:
    """The wall-clock time of a minute of the day."""
    return time(minute // 60, minute % 60)


def open_spans(calendar: Calendar, day: date) -> tuple[Span, ...]:
    """The open times of a day in minutes."""
    return _in_minutes(calendar.open_on(day))


def works_on(hours: Hours, place_id: int, day: date) -> tuple[Span, ...]:
    """When somebody works at a place on a day, in minutes."""
    return _in_minutes(works_at(hours, place_id, day))


def _in_minutes(spans: Iterable[tuple[time, time]]) -> tuple[Span, ...]:
    return tuple((minute_of(begins), minute_of(ends)) for begins, ends in spans)


class WallClock:
    """The clock of a zone in whole numbers, for thousands of moments at a time."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._offsets: dict[int, int] = {}

    def reading(self, second: int) -> int:
        """Seconds since 1970 on the wall; `second`: since 1970 in UTC. No zone changes its clocks inside a quarter of an hour."""
        quarter = second // QUARTER
        if quarter not in self._offsets:
            there = datetime.fromtimestamp(quarter * QUARTER, self._zone)
            self._offsets[quarter] = round((there.replace(tzinfo=UTC) - there).total_seconds())
        return second + self._offsets[quarter]

    def spans(self, start: int, end: int) -> Iterator[tuple[date, Span]]:
        """The minutes of each day between two seconds. Never too few where the clocks are set back in between."""
        first, last = self.reading(start), self.reading(end)
        low, high = min(first, last) // 60, -(-max(last, first + end - start) // 60)
        while low < high:
            day, minute = divmod(low, DAY_MINUTES)
            until = min(high, low - minute + DAY_MINUTES)
            yield date.fromordinal(EPOCH + day), (minute, until - low + minute)
            low = until


def wall_spans(start: datetime, end: datetime, zone: str) -> Iterator[tuple[date, Span]]:
    """The wall-clock minutes of each day between two moments."""
    return WallClock(zone).spans(floor(start.timestamp()), ceil(end.timestamp()))
