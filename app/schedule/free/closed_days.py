"""When a patient cannot come: other visits, and whole days closed for a reason of their own, which is told when it is in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.planning.obstacles import Code, Obstacle, gathered
from app.planning.resources import DAY_MINUTES, Days, Span
from app.series import other_acts
from app.series.facts import holds_on
from app.series.other_acts import OtherAct
from models.treatment import Course

WHOLE_DAY: tuple[Span, ...] = ((0, DAY_MINUTES),)


class ClosedDays(Mapping[date, tuple[Span, ...]]):
    """The patient's busy times, with the days closed for which `why` gives a reason; it is asked once a day."""

    def __init__(self, busy: Days, why: Callable[[date], Code | None]) -> None:
        self._busy, self._ask = busy, why
        self._known: dict[date, Code | None] = {}

    def __getitem__(self, day: date) -> tuple[Span, ...]:
        return WHOLE_DAY if self._why(day) else self._busy.get(day, ())

    def __iter__(self) -> Iterator[date]:
        return iter(self._busy)

    def __len__(self) -> int:
        return len(self._busy)

    def __bool__(self) -> bool:
        return True  # a day may be closed though nothing is booked: whoever passes over what is empty must not pass over this

    def told(self, reasons: Iterable[Obstacle]) -> tuple[Obstacle, ...]:
        """The reasons why there is no time, where "the patient is busy" is told as what closed the day."""
        named = tuple(part for one in reasons for part in (self._named(one) if one.code is Code.PATIENT_BUSY else [one]))
        return self._busy.told(named) if isinstance(self._busy, ClosedDays) else gathered(named)

    def _named(self, busy: Obstacle) -> list[Obstacle]:
        return [replace(busy, code=self._why(day) or busy.code, days=(day,)) for day in busy.days] or [busy]

    def _why(self, day: date) -> Code | None:
        if day not in self._known:
            self._known[day] = self._ask(day)
        return self._known[day]


def closed_to(busy: Days, course: Course, others: Sequence[OtherAct]) -> ClosedDays:
    """Closed on the days on which a course is on hold, or another treatment stands too near to it."""
    holds = holds_on(course)

    def why(day: date) -> Code | None:
        if any(hold.cover(day) for hold in holds):
            return Code.ON_HOLD
        near = other_acts.kept_apart(course, day, others) or other_acts.clashes([course], day, None, others)
        return Code.TOO_NEAR if near else None

    return ClosedDays(busy, why)


def told(busy: Days, reasons: Iterable[Obstacle]) -> tuple[Obstacle, ...]:
    """Why there is no time, with what closed a day told as that."""
    return busy.told(reasons) if isinstance(busy, ClosedDays) else tuple(reasons)
