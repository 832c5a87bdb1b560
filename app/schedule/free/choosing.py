"""Free times that a patient chooses among alone, over a link: some days on a page, a few times of each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import islice
from typing import Final

from app.forms import iso_day
from app.planning.visit import Slot
from app.schedule.free import offers
from app.schedule.free.working_days import time_of

LINK: Final = "link"
SHOWN: Final = 5  # days on one page
APART: Final = 60  # minutes between two times of a day
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class FreeDay:
    """A day and its free times, each as the form names it and as the clock shows it."""

    day: date
    times: tuple[tuple[str, time], ...]


@dataclass(frozen=True)
class Choices:
    """One page of days. `earlier`, `later`: where the pages before and after it begin; None: there is none."""

    days: tuple[FreeDay, ...] = ()
    earlier: date | None = None
    later: date | None = None


def name_of(slot: Slot) -> str:
    """A time as a form and a link name it."""
    return f"{slot.day.isoformat()} {slot.start_minute}"


def day_of(value: str) -> date | None:
    """The day of a time as a form names it; None for one that is none."""
    try:
        return iso_day(value.partition(" ")[0])
    except ValueError:
        return None


class Choosing(ABC):
    """What may be chosen, from a first to a last day."""

    first: date
    last: date

    @abstractmethod
    def free(self, day: date) -> list[Slot]:
        """Every free time of a day that the plan allows."""

    @abstractmethod
    def may_begin(self, slot: Slot) -> bool:
        """Nothing forbids the visit there."""

    def page(self, begin: date) -> Choices:
        """The days with free times from this one on; where there are none, those before it."""
        ahead = list(islice(self.onward(begin), SHOWN + 1))
        before = list(islice(self.back(begin - DAY), SHOWN))
        if not ahead:
            return Choices(tuple(reversed(before)))
        return Choices(tuple(ahead[:SHOWN]), before[-1].day if before else None, ahead[SHOWN].day if len(ahead) > SHOWN else None)

    def onward(self, begin: date) -> Iterator[FreeDay]:
        """The days with a free time from a day on."""
        return self._with_times(max(begin, self.first), DAY)

    def back(self, begin: date) -> Iterator[FreeDay]:
        """The days with a free time before a day, the nearest first."""
        return self._with_times(min(begin, self.last), -DAY)

    def slot_of(self, value: str) -> Slot | None:
        """The free time that a form names; None for one that is none, or may not be chosen."""
        day, minute = day_of(value), value.partition(" ")[2]
        free = self.free(day) if day else []
        return next((slot for slot in free if str(slot.start_minute) == minute and self.may_begin(slot)), None)

    def first_within(self, day: date, begin: int, end: int) -> Slot | None:
        """The first free time of a day that begins between two of its minutes."""
        return next((slot for slot in self.free(day) if begin <= slot.start_minute < end and self.may_begin(slot)), None)

    def _with_times(self, day: date, step: timedelta) -> Iterator[FreeDay]:
        while self.first <= day <= self.last:
            times = [slot for slot in offers.thinned(self.free(day), APART) if self.may_begin(slot)]
            if times:
                yield FreeDay(day, tuple((name_of(slot), time_of(slot.start_minute)) for slot in times))
            day += step
