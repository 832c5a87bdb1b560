"""A place for every visit that cannot stay, with others to choose from, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.planning.beside import beside
from app.planning.displaced import Displaced
from app.planning.placement import nearest
from app.planning.replan import Replanned, replan
from app.planning.resources import Days, Span
from app.planning.visit import Slot
from app.replanning.actions import is_soon
from app.replanning.displacing import Displacement, displacement
from app.replanning.unfit import Unfit
from app.schedule import offers
from app.schedule.closed_days import WHOLE_DAY
from app.schedule.offers import Offer, value_of
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
    moving = {one.visit.id: one for one in question.moving}
    rows = [
        Proposal(
            one.visit, obstacle_words(one.reasons), offers.described(choices[one.visit.id], moving[one.visit.id].asked),
            obstacle_words(question.told(one.visit.id, answer.unplaced.get(one.visit.id, ()))), is_soon(one.visit, now),
        )
        for one in found
    ]  # fmt: skip
    return Proposed(rows, answer)


def _choices(question: Displacement, answer: Replanned) -> Mapping[int, list[Slot]]:
    """For each visit its own place first, then others that are free beside everybody else's."""
    return {visit.id: _of_visit(visit, answer.slots) for visit in question.displaced}


def _of_visit(visit: Displaced, slots: Mapping[int, Slot]) -> list[Slot]:
    own = slots.get(visit.id)
    if own is None:
        return []
    others = [slot for visit_id, slot in slots.items() if visit_id != visit.id]
    request = replace(visit.request, resources=beside(visit.request.resources, others))
    window = visit.window._replace(recommended=own.day)
    elsewhere = replace(request, patient_busy=_OtherDays(request.patient_busy, own.day))
    near, far = nearest(request, window, 2), nearest(elsewhere, window, CHOICES)
    return [own, *[slot for slot in near if value_of(slot) != value_of(own)][:1], *far][:CHOICES]


class _OtherDays(Mapping[date, tuple[Span, ...]]):
    """When the patient cannot come, and one whole day: who cannot come at another hour is offered another day."""

    def __init__(self, busy: Days, day: date) -> None:
        self._busy, self._day = busy, day

    def __getitem__(self, day: date) -> tuple[Span, ...]:
        return WHOLE_DAY if day == self._day else self._busy.get(day, ())

    def __iter__(self) -> Iterator[date]:
        return iter(self._busy)

    def __len__(self) -> int:
        return len(self._busy)
