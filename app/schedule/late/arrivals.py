"""A patient who came late: whether all still fits, who waits if it goes on as planned, and what else can be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from app.names import names_of
from app.planning.delays import waits
from app.planning.late_arrival import Ways, came_late, ways, without
from app.planning.visit import Request, Slot
from app.schedule import rows
from app.schedule.free import resources
from app.schedule.free.offers import Offer, value_of
from app.schedule.free.working_days import time_of
from app.schedule.here import Here
from app.schedule.late.today import minute, running, visits_on
from app.schedule.move.new_place import best_times
from app.schedule.move.view import opens_of
from app.schedule.numbing.standing import NUMBING
from app.schedule.words import obstacle_words
from models.appointment import OPEN, Appointment, VisitState
from models.clinic import Room

DAYS = 2
PUSHED = 5
"""Minutes of waiting that are worth a word."""


@dataclass(frozen=True)
class Time:
    """An offered time of today. `room_id` and `value` name it in an address."""

    start: time
    end: time
    room: str
    room_id: int | None
    value: str


@dataclass(frozen=True)
class Arrival:
    """What the row and the page of a late patient show. `fits` until when, None: it does not, because of `why`, and `pushed` wait."""

    visit: Appointment
    minutes: int
    fits: time | None
    why: list[str]
    pushed: list[tuple[str, int]]
    other_room: Time | None
    without_cream: Time | None
    later: list[Time]
    days: list[Offer]


def came_at(visit: Appointment) -> datetime:
    """When the patient came, of a visit that has not begun."""
    return visit.statuses[-1].at


def request_of(visit: Appointment, now: datetime) -> Request:
    """The visit as it would be placed today, itself left out."""
    courses = rows.courses_in(visit)
    return resources.request_for(
        visit.kind, courses, visit.patient, first_day=visit.local_day, last_day=visit.local_day, except_visit=visit.id, now=now,
        place_id=visit.location_id,
    )  # fmt: skip


def arrival_of(visit: Appointment, at: Here) -> Arrival | None:
    """Everything about a late patient; None for who did not come late, or whose visit has gone on."""
    late = came_late(visit.starts_at, came_at(visit)) if visit.state is VisitState.ARRIVED and visit.local_day == at.today else 0
    if not late:
        return None
    request, there = request_of(visit, at.now), minute(at.now, visit)
    found = ways(request, visit.local_day, there, visit.performer_id, visit.room_id, without(request.phases, NUMBING))
    rooms = names_of(Room, {slot.room_id for slot in _slots(found)})

    def told(slot: Slot | None) -> Time | None:
        return _time(slot, rooms) if slot else None

    elsewhere = told(found.other_room), told(found.shorter)
    days = [one for one in best_times(visit, opens_of(visit, at), at.now).offers if one.day > visit.local_day][:DAYS]
    why = obstacle_words(replace(one, days=()) for one in found.reasons)
    fits = time_of(found.as_planned.end_minute) if found.as_planned else None
    return Arrival(
        visit, late, fits, why, [] if fits else _pushed(visit, at.now), *elsewhere,
        [_time(slot, rooms) for slot in found.later], days,
    )  # fmt: skip


def _slots(found: Ways) -> Sequence[Slot]:
    return [slot for slot in (found.other_room, found.shorter, *found.later) if slot]


def _time(slot: Slot, rooms: dict[int, str]) -> Time:
    return Time(time_of(slot.start_minute), time_of(slot.end_minute), rooms.get(slot.room_id or 0, ""), slot.room_id, value_of(slot))


def _pushed(visit: Appointment, now: datetime) -> list[tuple[str, int]]:
    """Who waits, and how long, if the visit begins now where and with whom it was planned."""
    visits = [one for one in visits_on(visit.location_id, visit.local_day) if one.state in OPEN]
    day = running(visits, now)
    minutes = waits(list(day.values()), {visit.id: minute(now, visit) - day[visit.id].starts})
    return [(one.patient.name, minutes[one.id]) for one in visits if one.id != visit.id and minutes[one.id] >= PUSHED]
