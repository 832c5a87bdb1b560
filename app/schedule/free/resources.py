"""Free times from what is stored: opening and working hours, absences, and every claim of the days asked about.

One query for the claims, whatever the number of days, and none for the rest while none of it changes. The arithmetic is
`app.planning`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import select

from app import cached
from app.clinic import queries as clinic_queries
from app.clinic.queries import Thing
from app.errors import Refused
from app.hours import Hours, without
from app.planning import resources as planning
from app.planning.obstacles import Refusal
from app.planning.resources import DAY_MINUTES, Days, Kind, Person, Resources, Span
from app.planning.slots import check, free_slots
from app.planning.visit import Request, Slot, Wishes
from app.schedule.free.claimed import Busy, claimed
from app.schedule.free.phases import phases_of
from app.schedule.free.working_days import DaysAhead, minute_of, open_spans, works_on
from app.schedule.words import obstacle_sentence
from app.staff.queries import by_place
from models import clock
from models.appointment import VisitKind
from models.base import db
from models.clinic import Chair, Device, Location, Room
from models.patient import Patient
from models.staff import Absence, StaffMember, WorkingHours
from models.treatment import Course

Away: TypeAlias = tuple[date, date, Span]
"""From a day to a day, these minutes of each."""
AHEAD = timedelta(days=60)
BOOKED_AHEAD = timedelta(days=5 * 365 + 1)
"""Nothing is booked, moved or proposed further ahead: whoever plans so far cannot know who works there then."""
BLOCK = timedelta(days=60)
"""A diary that is kept ends at a whole number of these, so that another number of sessions mostly finds the same one."""


@dataclass(frozen=True)
class Diary:
    """A place over some days: who and what there is, and everything that is claimed."""

    resources: Resources
    busy: Busy
    zone: str

    def request(
        self, kind: VisitKind, courses: Sequence[Course], patient: Patient, wishes: Wishes | None = None, now: datetime | None = None
    ) -> Request:
        """A visit to be placed in these days. `now`: what is past then, or more than five years ahead, is not offered."""
        soonest = clock.local(now, self.zone) if now else None
        return Request(
            phases_of(kind, courses), self.resources, self.busy.get((Kind.PATIENT, patient.id), {}), wishes or Wishes(),
            (soonest.date(), soonest.hour * 60 + soonest.minute) if soonest else None,
            soonest.date() + BOOKED_AHEAD if soonest else None,
        )  # fmt: skip


def diary(place: Location, first_day: date, last_day: date, *, moving: Collection[int] = ()) -> Diary:
    """Read the days from the first to the last, without the claims of the visits that are being moved."""
    return _read(place, [(first_day, last_day)], moving)


def diary_of(place: Location, days: Iterable[date]) -> Diary:
    """Read only these days, in the same few questions."""
    return _read(place, [(day, day) for day in sorted(set(days))])


def _read(place: Location, ranges: Sequence[tuple[date, date]], moving: Collection[int] = ()) -> Diary:
    first_day, last_day = ranges[0][0], ranges[-1][1]
    zone = clinic_queries.the_clinic().zone
    calendar = clinic_queries.calendar(place)
    busy, there = claimed(ranges, zone, moving), cached.while_the_house_stands(("things", place.id), lambda: _things(place))
    resources = Resources(
        DaysAhead(lambda day: open_spans(calendar, day), first_day, last_day),
        tuple(people(first_day, last_day, busy, place.id)),
        tuple(planning.Room(key, kinds, busy.get((Kind.ROOM, key), {})) for key, kinds in there.rooms),
        tuple(planning.Chair(key, busy.get((Kind.CHAIR, key), {})) for key in there.chairs),
        tuple(planning.Device(key, kind, busy.get((Kind.DEVICE, key), {})) for key, kind in there.devices),
    )
    return Diary(resources, busy, zone)


def diary_ahead(place: Location, today: date, last_day: date) -> Diary:
    """The days from today to at least the last one. Kept while no record changes: somebody who tries numbers asks at every key."""
    blocks = -(-(last_day - today).days // BLOCK.days)
    return cached.while_unchanged(("diary", place.id, today, blocks), lambda: diary(place, today, today + blocks * BLOCK))


@dataclass(frozen=True)
class _Things:
    """The rooms, chairs and devices in use, by their ids, with what they are for."""

    rooms: tuple[tuple[int, frozenset[str]], ...]
    chairs: tuple[int, ...]
    devices: tuple[tuple[int, str], ...]


def _things(place: Location) -> _Things:
    return _Things(
        tuple((room.id, frozenset(room.kinds)) for room in _in_use(Room, place)), tuple(chair.id for chair in _in_use(Chair, place)),
        tuple((device.id, device.kind) for device in _in_use(Device, place)),
    )  # fmt: skip


def _in_use(kind: type[Thing], place: Location) -> list[Thing]:
    return [thing for thing in clinic_queries.things(kind, place) if thing.active]


def place_of(courses: Sequence[Course], place_id: int | None = None) -> Location:
    """Where a visit is: at the place it has or was asked for at, else at that of its courses' plan; where that was closed, at the first."""
    found = db.session.get(Location, place_id or courses[0].plan.location_id) if place_id or courses else None
    return found if found and found.active else clinic_queries.location()


def request_for(
    kind: VisitKind, courses: Sequence[Course], patient: Patient, *, first_day: date, last_day: date, performer_id: int | None = None,
    room_id: int | None = None, except_visit: int | None = None, now: datetime | None = None, wishes: Wishes | None = None,
    place_id: int | None = None,
) -> Request:  # fmt: skip
    """A visit of a kind to be placed between two days, at the place `place_of` says.

    Where a performer or a room is named, nobody and nothing else is offered.
    """
    wanted = wishes or Wishes()
    if performer_id is not None:
        wanted = replace(wanted, practitioner=performer_id, only_practitioner=True)
    if room_id is not None:
        wanted = replace(wanted, room_id=room_id)
    moving = () if except_visit is None else (except_visit,)
    return diary(place_of(courses, place_id), first_day, last_day, moving=moving).request(kind, courses, patient, wanted, now)


def free(
    kind: VisitKind, courses: Sequence[Course], patient: Patient, day: date, *, performer_id: int | None = None,
    room_id: int | None = None, except_visit: int | None = None, now: datetime | None = None, place_id: int | None = None,
) -> list[Slot]:  # fmt: skip
    """The free times of one day, every 5 minutes, each with the people who suit best."""
    asked = request_for(
        kind, courses, patient, first_day=day, last_day=day, performer_id=performer_id, room_id=room_id, except_visit=except_visit, now=now,
        place_id=place_id,
    )  # fmt: skip
    return free_slots(asked, day)


def slot_at(
    kind: VisitKind, courses: Sequence[Course], patient: Patient, day: date, start_minute: int, *, performer_id: int | None = None,
    room_id: int | None = None, except_visit: int | None = None, now: datetime | None = None, place_id: int | None = None,
) -> Slot:  # fmt: skip
    """One exact time with all it would claim. Raises Refused with every reason against it."""
    asked = request_for(kind, courses, patient, first_day=day, last_day=day, except_visit=except_visit, now=now, place_id=place_id)
    return checked(asked, day, start_minute, performer_id, room_id)


def checked(asked: Request, day: date, start_minute: int, performer_id: int | None = None, room_id: int | None = None) -> Slot:
    """The slot of one exact start of a request. Raises Refused with every reason against it."""
    found = check(asked, day, start_minute, performer_id, room_id)
    if isinstance(found, Refusal):
        raise Refused(obstacle_sentence(found.reasons))
    return found


def wanted(day: date, start_minute: int, performer_id: int | None = None, room_id: int | None = None) -> Slot:
    """A time as a form names it, without claims: it is worked out before anything is written."""
    return Slot(day, start_minute, start_minute, start_minute, performer_id, room_id, ())


def people(first_day: date, last_day: date, busy: Busy, place_id: int) -> list[Person]:
    """Everybody active, with working hours at a place, absences cut out."""
    return [
        Person(one.id, one.roles, one.skills, _working(one, place_id, first_day, last_day), busy.get((Kind.STAFF, one.id), {}))
        for one in cached.while_the_house_stands("people", _staff)
    ]


@dataclass(frozen=True)
class _Member:
    """Somebody active, as their record says. `hours`: by the place; None: those that hold at any."""

    id: int
    roles: frozenset[str]
    skills: frozenset[str]
    hours: Hours
    away: tuple[Away, ...]


def _staff() -> tuple[_Member, ...]:
    staff = db.session.scalars(select(StaffMember).where(StaffMember.active).order_by(StaffMember.id)).all()
    hours: dict[int, list[WorkingHours]] = defaultdict(list)
    for work in db.session.scalars(select(WorkingHours)):
        hours[work.staff_id].append(work)
    away: dict[int, list[Away]] = defaultdict(list)
    for row in db.session.scalars(select(Absence)):
        away[row.staff_id].append((row.first_day, row.last_day, _away_on(row)))
    return tuple(
        _Member(one.id, frozenset(one.roles), frozenset(one.skills), by_place(hours[one.id]), tuple(away[one.id])) for one in staff
    )


def _working(who: _Member, place_id: int, first_day: date, last_day: date) -> Days:
    there = [one for one in who.away if one[1] >= first_day and one[0] <= last_day]

    def spans(day: date) -> tuple[Span, ...]:
        return without(works_on(who.hours, place_id, day), (span for first, last, span in there if first <= day <= last))

    return DaysAhead(spans, first_day, last_day)


def _away_on(absence: Absence) -> Span:
    start = minute_of(absence.from_time) if absence.from_time else 0
    return start, minute_of(absence.to_time) if absence.to_time else DAY_MINUTES
