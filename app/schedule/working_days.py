"""Opening hours, working hours and claims, day by day, as the search for free times reads them: wall-clock minutes.

Days are worked out when they are first asked for, so a year ahead costs nothing until somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta

from app.hours import Calendar
from app.planning.resources import DAY_MINUTES, Span
from models import clock


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
    return tuple((minute_of(opens), minute_of(closes)) for opens, closes in calendar.open_on(day))


def without(spans: Iterable[Span], away: Iterable[Span]) -> tuple[Span, ...]:
    """The spans with others cut out of them."""
    left = list(spans)
    for start, end in away:
        left = [piece for low, high in left for piece in ((low, min(high, start)), (max(low, end), high)) if piece[0] < piece[1]]
    return tuple(left)


def wall_spans(start: datetime, end: datetime, zone: str) -> Iterator[tuple[date, Span]]:
    """The wall-clock minutes of each day between two moments. Never too few where the clocks are set back in between."""
    first, last = clock.local(start, zone), clock.local(end, zone)
    seconds = (end - start).total_seconds()
    low = min(first.replace(tzinfo=None), last.replace(tzinfo=None))
    high = max(last.replace(tzinfo=None), first.replace(tzinfo=None) + timedelta(seconds=seconds))
    day = low.date()
    while datetime.combine(day, time()) < high:
        midnight = datetime.combine(day, time())
        begin = max(int((low - midnight).total_seconds() // 60), 0)
        until = min(-int(-(high - midnight).total_seconds() // 60), DAY_MINUTES)
        yield day, (begin, until)
        day += timedelta(days=1)
