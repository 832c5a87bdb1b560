"""What a report is asked about: days, places, a practitioner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models import clock

LONGEST = timedelta(days=3653)


@dataclass(frozen=True)
class Asked:
    """From a day to a day (both included), in these places, of this practitioner (None: everybody). `place_id` None: all places."""

    first: date
    last: date
    now: datetime
    zone: str
    places: tuple[int, ...]
    place_id: int | None = None
    staff_id: int | None = None

    @property
    def today(self) -> date:
        return clock.day_of(self.now, self.zone)

    @property
    def past(self) -> date:
        """The last day of the period that is not still to come."""
        return min(self.last, self.today)

    def begin(self, day: date) -> datetime:
        """The first moment of a day of the clinic."""
        return clock.day_bounds(day, self.zone)[0]

    @property
    def since(self) -> datetime:
        return self.begin(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after the period."""
        return self.begin(self.last + timedelta(days=1))


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    return day.replace(day=1), (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def beside(first: date, last: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """The periods just before and just after: months for a whole month, else as many days."""
    if (first, last) == month_of(first):
        return month_of(first - timedelta(days=1)), month_of(last + timedelta(days=1))
    span = last - first
    return (first - timedelta(days=1) - span, first - timedelta(days=1)), (last + timedelta(days=1), last + timedelta(days=1) + span)


def buckets(first: date, last: date) -> list[date]:
    """The first day of each part of the period that is shown by itself: weeks, months or years, never more than fourteen."""
    days = (last - first).days
    if days < 70:
        return [first, *(day for n in range(1, days + 1) if (day := first + timedelta(days=n)).weekday() == 0)]
    whole = [first]
    while (day := _next(whole[-1], by_year=days > 400)) <= last:
        whole.append(day)
    return whole


def bucket_kind(first: date, last: date) -> str:
    """Whether those parts are weeks, months or years."""
    days = (last - first).days
    return "week" if days < 70 else "year" if days > 400 else "month"


def _next(day: date, *, by_year: bool) -> date:
    return date(day.year + 1, 1, 1) if by_year else (day.replace(day=1) + timedelta(days=32)).replace(day=1)
