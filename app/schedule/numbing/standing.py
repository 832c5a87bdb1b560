"""How the cream of a visit stands: whether it is to be put on, since when it is on, when it is ready and must come off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.schedule.day.preflight_facts import ON, Fact, Facts
from app.series.contents import content
from models.appointment import Appointment
from models.treatment import Course

CREAM = "numbing_cream"
NUMBING = "numbing"


@dataclass(frozen=True)
class Cream:
    """The cream of a visit. `on_at`: since when any is on, None where none is. `ready`: the protocol's minutes; `most`: the leaflet's.

    `used`: some was put on. `known`: lot and amount are those of every day, so that one press puts it on.
    """

    ready: int
    on_at: datetime | None = None
    most: int | None = None
    used: bool = False
    known: bool = False


def standing(facts: Facts, visit: Appointment, courses: Iterable[Course]) -> Cream | None:
    """None where no protocol of the visit numbs, or no numbing cream is kept in this clinic."""
    minutes = [numbing_minutes(course) for course in courses]
    shelf = facts.shelf(CREAM, visit.location_id)
    if not any(minutes) or not shelf:
        return None
    used = facts.of("cream", visit.id)
    on = [fact for fact in used if fact.key == ON and fact.at]
    since = min((fact.at for fact in on if fact.at), default=None)
    most = min((fact.number for fact in on if fact.number), default=None)
    return Cream(max(minutes), since, most, bool(used), of_the_day(shelf, visit.local_day) is not None)


def numbing_minutes(course: Course) -> int:
    """How long the protocol of a course numbs before it treats; 0: not at all."""
    return next((phase.minutes for phase in content(course).needs if phase.name == NUMBING), 0)


def of_the_day(shelf: Sequence[Fact], day: date) -> Fact | None:
    """The lot of the day whose usual amount is known; the one made so last, where several products have one."""
    usable = [fact for fact in shelf if fact.ref and fact.first and fact.last and fact.last >= day and fact.amount]
    return max(usable, key=lambda fact: (fact.first or date.min, fact.ref or 0), default=None)
