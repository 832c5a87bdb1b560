"""The days a course may not be treated on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from app.planning.durations import day_after
from app.planning.question import Hold

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HoldCalendar:
    """The holds of a course as they stand on one day.

    `ended` are those with an end, each with that end, in order of their first day. `now` is the
    hold over today: one without an end before any other, else the one that ends last. A hold
    without an end that begins after today is left out: until then it changes nothing.
    """

    ended: tuple[tuple[Hold, date], ...]
    now: Hold | None

    @classmethod
    def on(cls, today: date, holds: Iterable[Hold]) -> Self:
        """The holds as they stand on `today`."""
        ended = [(hold, hold.until) for hold in holds if hold.until is not None]
        ended.sort(key=lambda pair: pair[0].start)
        over_today = [hold for hold in holds if hold.cover(today)]
        now = max(over_today, key=lambda hold: (hold.until is None, hold.until), default=None)
        return cls(tuple(ended), now)

    @property
    def without_end(self) -> Hold | None:
        """The hold over today if nobody knows when it ends: there are no dates then."""
        return self.now if self.now is not None and self.now.until is None else None

    def open_from(self, day: date) -> tuple[date, Hold | None]:
        """The first day from `day` on that no hold with an end covers, and the last hold passed.

        Never before the end of the hold over today. One pass over the others is enough: a hold
        that begins later cannot end up behind a day it did not reach.
        """
        passed = None
        if self.now is not None and self.now.until is not None and day <= self.now.until:
            day, passed = day_after(self.now.until), self.now
        for hold, until in self.ended:
            if hold.start <= day <= until:
                day, passed = day_after(until), hold
        return day, passed

    def open_until(self, day: date, not_before: date) -> date:
        """The last day up to `day` outside every hold with an end, or `not_before`, itself open."""
        for hold, until in sorted(self.ended, key=lambda pair: pair[1], reverse=True):
            if not_before < hold.start <= day <= until:
                day = hold.start - _ONE_DAY
        return max(day, not_before)
