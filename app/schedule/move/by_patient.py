"""Another time that the patient chooses: only inside the window of every session, and nothing that breaks a later one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Final

from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.planning.slots import free_slots
from app.planning.visit import Request, Slot, Wishes
from app.schedule import booking, guards, limits, rows
from app.schedule.evaluation import Stand
from app.schedule.free import offers, resources
from app.schedule.free.choosing import DAY, LINK, Choices, Choosing, day_of
from app.schedule.free.offers import asked_of
from app.schedule.freed import noting
from app.schedule.knock_on import opens_in
from app.schedule.move.moving import Move, as_wanted, move_together
from app.series import other_acts
from app.series.wishes import wishes_of
from app.today import today_of
from models.appointment import COMING, Appointment

NEAR: Final = 2 * DAY
"""The first page begins so long before the visit's own day."""


def choices(visit: Appointment, now: datetime, since: date | None = None) -> Choices:
    """Free times from a day on, else about the day it has. Nothing is written; empty where only a person can help."""
    return Asking(visit, now).page(since or visit.local_day - NEAR)


def take(visit: Appointment, value: str, now: datetime, *, offered: bool = False) -> None:
    """Put the visit where the patient chose. `offered`: the clinic offered just this time, also one of today.

    Raises Refused where that is not free, or not inside the window, any more.
    """
    guards.alone(visit.location_id, visit)
    slot = (Asking(visit, now, on=day_of(value)) if offered else Asking(visit, now)).slot_of(value)
    if slot is None:
        raise Refused(_("This time is not free any more."))
    told = changes.open_set(visit.patient_id, now, plan_id=visit.plan_id, by_patient=True)
    told.asked_by, told.asked_how = LINK, "message"
    move_together([Move(visit, slot, told)], now, asked_by=LINK)
    noting.note(told, now)


class Asking(Choosing):
    """A visit and the days between which it may go: from tomorrow on, because today's list is printed and prepared.

    `on`: only this day, which may be today.
    """

    def __init__(self, visit: Appointment, now: datetime, on: date | None = None) -> None:
        self.visit, self.now, self.today = visit, now, today_of(now)
        self.opens, self.courses = opens_in(visit, self.today), rows.courses_in(visit)
        self.asked = asked_of(visit, self.opens)
        window = offers.window_of(self.asked, self.today)
        self.first = max(window.earliest, self.today + DAY)
        self.last = window.latest or window.recommended + offers.FAR
        if on is not None:
            inside = max(window.earliest, self.today) <= on <= self.last
            self.first, self.last = on, on if inside else on - DAY
        self.moves = visit.state in COMING and len(self.opens) == len(rows.planned(visit))

    def free(self, day: date) -> list[Slot]:
        """Every free time of a day on which the visit, and each later one of its courses, is inside its window."""
        if not (self.moves and self.first <= day <= self.last) or any(one.breaks(day) for one in self.opens):
            return []
        return [slot for slot in free_slots(self._request, day) if not self.asked.lies_there(slot)]

    @cached_property
    def _request(self) -> Request:
        """The plan's practitioner and stay hold; weekday and hour are for the patient to choose now."""
        visit = self.visit
        said = wishes_of(visit.plan) if visit.plan else Wishes()
        wishes = replace(said, practitioner=said.practitioner or visit.performer_id, weekdays=frozenset(), hours=())
        diary = resources.diary(resources.place_of(self.courses, visit.location_id), self.first, self.last, moving=[visit.id])
        return offers.on_open_days(diary.request(visit.kind, self.courses, visit.patient, wishes, self.now), self.asked)

    def may_begin(self, slot: Slot) -> bool:
        """Nothing forbids it there, and the visit begins as it would where it is."""
        wanted, (stands, others) = as_wanted(self.visit, slot, None), self._beside
        try:
            return booking.begins(wanted, stands, others, except_visit=self.visit.id).kind is self.visit.kind
        except Refused:
            return False

    @cached_property
    def _beside(self) -> tuple[list[Stand], list[other_acts.OtherAct]]:
        sessions = [link.session for link in rows.planned(self.visit)]
        stands = limits.stands_of(sessions, limits.readings_of(sessions, self.today))
        return stands, other_acts.of_patient(self.visit.patient_id, except_visit=self.visit.id)
