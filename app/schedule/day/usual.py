"""What goes into a session on every day: the lot of the day of each of its products, in the usual amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.products.amounts import OF_THE_PATIENT
from app.schedule.day.preflight_facts import Facts
from app.schedule.numbing.standing import of_the_day
from app.series.contents import content
from models.appointment import Appointment
from models.treatment import Course


@dataclass(frozen=True)
class Usual:
    """A lot of the day and how much of it."""

    lot_id: int
    number: str
    amount: str
    unit: str

    @property
    def words(self) -> str:
        return f"{self.number}, {self.amount} {self.unit}"


def usual_of(facts: Facts, visit: Appointment, courses: Iterable[Course]) -> tuple[Usual, ...]:
    """What these courses are given on every day. Empty where something has to be asked: no lot of the day or usual amount for one
    of the products on the shelf, units that are part of the record, a tube that must be the patient's, a route on which the
    physician decides, or a lot that is named already.
    """
    found: list[Usual] = []
    if any(facts.of("lot", link.session_id) for link in visit.sessions) or not visit.sessions:
        return ()
    for course in courses:
        for kind in content(course).products:
            shelf = facts.shelf(kind, visit.location_id)
            known = of_the_day(shelf, visit.local_day)
            if content(course).units_required or kind in OF_THE_PATIENT or (shelf and known is None):
                return ()
            if known is not None and not facts.allows(course.id, known, content(course).delivery or ""):
                return ()
            if known is not None:
                found.append(Usual(known.ref or 0, known.words or "", known.amount or "", known.unit or ""))
    return tuple(found)
