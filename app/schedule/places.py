"""Places for several visits that are booked or moved together: each beside those before it, and where that fails, all of a day at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.errors import Refused
from app.planning.beside import beside
from app.planning.replan_seats import Asked, seated_at
from app.planning.resources import Kind
from app.planning.slots import check
from app.planning.visit import Request, Slot
from app.schedule.free import resources
from app.schedule.free.resources import Diary
from app.schedule.wanted import Wanted
from app.schedule.words import obstacle_sentence
from models.appointment import VisitKind


class Places:
    """The clinic on the days of some visits that claim nothing now, read once. `slots`: what each takes, in the order taken.

    Who does what beside the performer, and which thing is used, stays open until all have taken theirs: the helper whom an
    early visit would take by itself may be the only one left for a later visit.
    """

    def __init__(self, wanted: Sequence[Wanted], now: datetime) -> None:
        self._now = now
        self._days = {each.slot.day for each in wanted}
        self._diaries: dict[int, Diary] = {}
        self._asked: list[tuple[int, Request | None]] = []  # None: its slot is taken as it stands
        self.slots: list[Slot] = []

    def take(self, wanted: Wanted, kind: VisitKind) -> Slot:
        """The wanted slot as it stands, or worked out anew. Raises Refused with every reason against it."""
        slot, patient_id = wanted.slot, wanted.patient.id
        asked = None
        if kind is not wanted.kind or not slot.claims:
            diary = self._diary(wanted)
            asked = diary.request(kind, wanted.courses, wanted.patient, now=self._now).asking_for(slot.performer_id, slot.room_id)
            slot = self._placed(asked, patient_id, slot)
        self._asked.append((patient_id, asked))
        self.slots.append(slot)
        return slot

    def _placed(self, asked: Request, patient_id: int, wanted: Slot) -> Slot:
        there = [n for n, slot in enumerate(self.slots) if slot.day == wanted.day]
        found = check(self._beside(asked, patient_id, there), wanted.day, wanted.start_minute)
        if isinstance(found, Slot):
            return found
        fixed = [n for n in there if self._asked[n][1] is None]
        others = [(n, *self._asked[n]) for n in there]
        open_ones = [(n, who, self._beside(one, who, fixed)) for n, who, one in others if one is not None]
        all_of_them = [Asked(who, one, self.slots[n].start_minute) for n, who, one in open_ones]
        mine = Asked(patient_id, self._beside(asked, patient_id, fixed), wanted.start_minute)
        slots = seated_at([*all_of_them, mine], wanted.day)
        if not slots:
            raise Refused(obstacle_sentence(found.reasons))
        for (n, _who, _one), slot in zip(open_ones, slots, strict=False):
            self.slots[n] = slot
        return slots[-1]

    def _beside(self, asked: Request, patient_id: int, taken: Sequence[int]) -> Request:
        """The same visit beside these slots, and the patient's own ones among them."""
        slots = [self.slots[n] for n in taken]
        mine = [(claim, slot.day) for n, slot in zip(taken, slots, strict=True) if self._asked[n][0] == patient_id for claim in slot.claims]
        busy = dict(asked.patient_busy)
        for claim, day in mine:
            if claim.kind is Kind.PATIENT:
                busy[day] = (*busy.get(day, ()), (claim.start_minute, claim.end_minute))
        return replace(asked, resources=beside(asked.resources, slots), patient_busy=busy)

    def _diary(self, wanted: Wanted) -> Diary:
        place = wanted.place
        if place.id not in self._diaries:
            self._diaries[place.id] = resources.diary_of(place, self._days)
        return self._diaries[place.id]
