"""Visits that cannot stay where they are booked, and what it costs to put one elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from app.planning.placement import days_in
from app.planning.teams import Team, teams
from app.planning.visit import Request, Slot
from app.planning.visit_on_day import VisitOnDay
from app.planning.windows import Window

A_DAY: Final = 24
OTHER_PRACTITIONER: Final = 12
MOST_FOR_HOURS: Final = 10  # half hours


@dataclass(frozen=True, slots=True)
class Displaced:
    """A booked visit whose people, room, device or day are gone.

    `request` sees the world as it is now: without the claims of any displaced visit. `window` are the days its series
    allows while everything that is not displaced stays. `day`, `start` and `performer_id` say where it lies.
    """

    id: int
    patient: int
    request: Request
    window: Window
    day: date
    start: int
    performer_id: int | None = None

    def days(self) -> list[tuple[int, date]]:
        """The days it may lie on with what each costs at least, the nearest first."""
        days = days_in(self.request, self.window, max(self.window.recommended, self.day))
        return sorted((A_DAY * abs((day - self.day).days), day) for day in days)

    def cost(self, day: date, start: int, performer_id: int | None) -> int:
        """How far it is moved: 24 a day, 12 to another practitioner, 1 for each half hour of the day begun (at most 10)."""
        hours = min(-(-abs(start - self.start) // 30), MOST_FOR_HOURS)
        return A_DAY * abs((day - self.day).days) + (OTHER_PRACTITIONER if performer_id != self.performer_id else 0) + hours

    def cost_of(self, slot: Slot) -> int:
        """How far it is moved into a slot."""
        return self.cost(slot.day, slot.start_minute, slot.performer_id)


@dataclass(frozen=True, slots=True)
class Apart:
    """From one displaced visit to another of the same patient: at least and at most so many days (`most` None: no end)."""

    first: int
    second: int
    least: int
    most: int | None = None

    def allows(self, first: date, second: date) -> bool:
        """The two days keep the gap."""
        days = (second - first).days
        return self.least <= days and (self.most is None or days <= self.most)


class Alike(NamedTuple):
    """What visits with the same phases, wishes and resources have in common on a day."""

    visit: VisitOnDay
    teams: tuple[Team, ...]


class OnDays:
    """Each displaced visit looked at on each day once; what visits have in common is worked out once for all of them."""

    def __init__(self, displaced: Mapping[int, Displaced]) -> None:
        self._displaced = displaced
        self._known: dict[tuple[int, date], VisitOnDay] = {}
        self._alike: dict[tuple[object, ...], Alike] = {}

    def of(self, visit_id: int, day: date) -> VisitOnDay:
        """The visit on that day, nothing else moved."""
        if (visit_id, day) not in self._known:
            self._known[visit_id, day] = self.alike(visit_id, day).visit.of_another(self._displaced[visit_id].request)
        return self._known[visit_id, day]

    def alike(self, visit_id: int, day: date) -> Alike:
        """What the visit has in common with others on that day."""
        request = self._displaced[visit_id].request
        key = day, id(request.resources), request.phases, request.wishes
        if key not in self._alike:
            visit = VisitOnDay.of(request, day)
            self._alike[key] = Alike(visit, tuple(teams(request, visit.parts, visit.on)))
        return self._alike[key]
