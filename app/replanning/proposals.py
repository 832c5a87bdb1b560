"""A place for every visit that cannot stay, with others to choose from, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.planning.beside import beside
from app.planning.displaced import Displaced
from app.planning.obstacles import Code
from app.planning.placement import nearest
from app.planning.replan import Replanned, replan
from app.planning.visit import Slot
from app.replanning.displacing import Displacement, displacement
from app.replanning.unfit import Unfit
from app.schedule import agreement
from app.schedule.free import offers
from app.schedule.free.closed_days import ClosedDays
from app.schedule.free.offers import Offer, value_of
from app.schedule.words import obstacle_words
from models.appointment import Appointment
from models.clinic import Location

CHOICES = 3
"""The place proposed, another hour of that day, and another day."""


@dataclass(frozen=True)
class Proposal:
    """One visit: why it cannot stay, where it could go (the first is proposed), or why nowhere. `soon`: it begins within a day."""

    visit: Appointment
    reasons: list[str]
    offers: list[Offer]
    nowhere: list[str]
    soon: bool


@dataclass(frozen=True)
class Proposed:
    """All of them. `proven`: no other answer leaves fewer without a place, or moves the others less."""

    rows: list[Proposal]
    answer: Replanned

    @property
    def placed(self) -> int:
        return len(self.answer.slots)


def propose(place: Location, found: Sequence[Unfit], now: datetime) -> Proposed:
    """New places for these visits, all found together."""
    question = displacement(place, [one.visit for one in found], now)
    answer = replan(question.displaced, question.apart)
    choices = _choices(question, answer)
    moved = {visit_id: slot.day for visit_id, slot in answer.slots.items()}
    moving = {one.visit.id: one for one in question.moving}
    rows = [
        Proposal(
            one.visit, obstacle_words(one.reasons), offers.described(choices[one.visit.id], moving[one.visit.id].asked, moved),
            obstacle_words(question.told(one.visit.id, answer.unplaced.get(one.visit.id, ()))), agreement.is_soon(one.visit, now),
        )
        for one in found
    ]  # fmt: skip
    return Proposed(rows, answer)


def _choices(question: Displacement, answer: Replanned) -> Mapping[int, list[Slot]]:
    """For each visit its own place first, then others that are free beside everybody else's."""
    return {visit.id: _of_visit(visit, question, answer.slots) for visit in question.displaced}


def _of_visit(visit: Displaced, question: Displacement, slots: Mapping[int, Slot]) -> list[Slot]:
    own = slots.get(visit.id)
    if own is None:
        return []
    others = {one.id: slots[one.id] for one in question.displaced if one.id in slots and one.id != visit.id}
    mine = {one.id: others[one.id].day for one in question.displaced if one.id in others and one.patient == visit.patient}

    def why(day: date) -> Code | None:
        days = {**mine, visit.id: day}
        apart = all(one.allows(days[one.first], days[one.second]) for one in question.apart if one.first in days and one.second in days)
        return None if apart and (day == own.day or day not in mine.values()) else Code.TOO_NEAR

    request = replace(
        visit.request, resources=beside(visit.request.resources, others.values()), patient_busy=ClosedDays(visit.request.patient_busy, why)
    )
    window = visit.window._replace(recommended=own.day)
    another_day = ClosedDays(request.patient_busy, lambda day: Code.PATIENT_BUSY if day == own.day else None)
    near, far = nearest(request, window, 2), nearest(replace(request, patient_busy=another_day), window, CHOICES)
    another_hour = [slot for slot in near if slot.day == own.day and value_of(slot) != value_of(own)]
    return [own, *another_hour[:1], *far][:CHOICES]
