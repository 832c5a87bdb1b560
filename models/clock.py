"""The only place that asks the machine for the time; the clinic's day; local time to UTC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_set_to: ContextVar[datetime | None] = ContextVar("set_to", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC. Called at the edges only: routes, jobs, commands."""
    return _set_to.get() or of_the_machine()


def of_the_machine() -> datetime:
    """The machine's own time, wherever the product's clock stands: only for what goes by the machine's, such as a scheduler."""
    return datetime.now(UTC)


@contextmanager
def set_to(moment: datetime | None) -> Iterator[None]:
    """Within this block the product's own clock stands at `moment` (None: the machine's clock)."""
    if moment is not None and moment.tzinfo is None:
        raise ValueError("The clock can only be set to a moment with a time zone.")
    token = _set_to.set(moment.astimezone(UTC) if moment else None)
    try:
        yield
    finally:
        _set_to.reset(token)


def local(moment: datetime, zone: str) -> datetime:
    """The wall-clock reading of a moment in a zone."""
    return moment.astimezone(ZoneInfo(zone))


def day_of(moment: datetime, zone: str) -> date:
    """The calendar day a moment falls on in a zone."""
    return local(moment, zone).date()


def at(day: date, clock_time: time, zone: str) -> datetime:
    """The moment of a wall-clock reading: a time that does not exist moves forward, an ambiguous one is the first."""
    wall = datetime.combine(day, clock_time.replace(tzinfo=None))
    # fold=0 is the first of two, and in a gap uses the offset before it, which lands as far after the gap as the time lay inside it.
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """The first moment of a day in a zone, and the first moment after it."""
    return at(day, time(0), zone), at(day + timedelta(days=1), time(0), zone)
