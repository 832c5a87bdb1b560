"""Where something can still be booked on a day: the free time of each practitioner and each room, in two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, Date, Integer, Time, literal, null, or_, select, type_coerce, union_all

from app.hours import Calendar, Closing, Opening
from app.planning.resources import DAY_MINUTES, Span
from app.schedule.day_list import FIRST_PLACE
from app.schedule.working_days import minute_of, open_spans, wall_spans, without
from models import clock
from models.appointment import Claim
from models.base import db
from models.clinic import Closure, OpeningHours, Room
from models.staff import Absence, Role, StaffMember, WorkingHours

SHORTEST = 20  # minutes; less is no time to offer
GRAIN = 5
TREATS = {Role.PHYSICIAN.value, Role.PRACTITIONER.value}


@dataclass
class DayGaps:
    """Free spans of a day in minutes, by staff member and by room; names of those who work that day, and of the rooms."""

    staff: dict[int, list[Span]] = field(default_factory=dict)
    rooms: dict[int, list[Span]] = field(default_factory=dict)
    staff_names: dict[int, str] = field(default_factory=dict)
    room_names: dict[int, str] = field(default_factory=dict)
    closed: bool = False


def gaps_on(day: date, zone: str, now: datetime) -> DayGaps:
    """What is free on a day from now on; nothing on days that are over."""
    rows = _hours(day)
    opening = open_spans(_calendar(rows, day), day)
    found = DayGaps(closed=not opening)
    if day < clock.day_of(now, zone):
        return found
    past = ((0, _next_grain(clock.local(now, zone))),) if day == clock.day_of(now, zone) else ()
    staff_busy, room_busy = _claimed(day, zone)
    for room_id, name in ((row.id, row.name) for row in rows if row.what == "room"):
        found.room_names[room_id] = name
        found.rooms[room_id] = _long_enough(without(opening, (*room_busy[room_id], *past)))
    for staff_id, name in sorted({(row.id, row.name) for row in rows if row.what == "work" and TREATS & set(row.roles)}):
        own = open_spans(Calendar(tuple(_opening(row) for row in rows if row.what == "work" and row.id == staff_id)), day)
        away = [_away(row) for row in rows if row.what == "away" and row.id == staff_id]
        works = without(_common(own, opening), away)
        if works:
            found.staff_names[staff_id] = name
            found.staff[staff_id] = _long_enough(without(works, (*staff_busy[staff_id], *past)))
    return found


def _hours(day: date) -> list[Any]:
    """Every row that decides who and what is there on a day: one query over five small tables."""
    none, no_time, no_day, no_roles = literal(0), type_coerce(null(), Time), type_coerce(null(), Date), type_coerce(null(), JSON)
    no_name = literal("")
    opening = select(literal("open").label("what"), none.label("id"), no_name.label("name"), no_roles.label("roles"),
                     type_coerce(OpeningHours.weekday, Integer).label("weekday"), OpeningHours.opens.label("begin"),
                     OpeningHours.closes.label("end"), OpeningHours.valid_from.label("first"),
                     OpeningHours.valid_to.label("last")).where(OpeningHours.location_id == FIRST_PLACE)  # fmt: skip
    closed = select(literal("closed"), none, no_name, no_roles, none, Closure.from_time, no_time, Closure.day, no_day).where(
        Closure.day == day, or_(Closure.location_id.is_(None), Closure.location_id == FIRST_PLACE)
    )
    work = (
        select(literal("work"), StaffMember.id, StaffMember.name, StaffMember.roles, WorkingHours.weekday, WorkingHours.starts,
               WorkingHours.ends, WorkingHours.valid_from, WorkingHours.valid_to)
        .join(StaffMember, StaffMember.id == WorkingHours.staff_id).where(StaffMember.active)
    )  # fmt: skip
    away = select(literal("away"), Absence.staff_id, no_name, no_roles, none, Absence.from_time, Absence.to_time, Absence.first_day,
                  Absence.last_day).where(Absence.first_day <= day, Absence.last_day >= day)  # fmt: skip
    room = select(literal("room"), Room.id, Room.name, no_roles, none, no_time, no_time, no_day, no_day).where(
        Room.active, Room.location_id == FIRST_PLACE
    )
    return list(db.session.execute(union_all(opening, closed, work, away, room)))


def _claimed(day: date, zone: str) -> tuple[defaultdict[int, list[Span]], defaultdict[int, list[Span]]]:
    begin, end = clock.day_bounds(day, zone)
    claims = select(Claim.staff_id, Claim.room_id, Claim.starts_at, Claim.ends_at).where(
        Claim.starts_at >= begin, Claim.starts_at < end, or_(Claim.staff_id.is_not(None), Claim.room_id.is_not(None))
    )
    staff: defaultdict[int, list[Span]] = defaultdict(list)
    rooms: defaultdict[int, list[Span]] = defaultdict(list)
    for staff_id, room_id, starts_at, ends_at in db.session.execute(claims):
        spans = [span for on, span in wall_spans(starts_at, ends_at, zone) if on == day]
        if staff_id is not None:
            staff[staff_id].extend(spans)
        elif room_id is not None:
            rooms[room_id].extend(spans)
    return staff, rooms


def _calendar(rows: Iterable[Any], day: date) -> Calendar:
    rows = list(rows)
    return Calendar(
        tuple(_opening(row) for row in rows if row.what == "open"), tuple(Closing(day, row.begin) for row in rows if row.what == "closed")
    )


def _opening(row: Any) -> Opening:
    return Opening(row.weekday, row.begin, row.end, row.first, row.last)


def _away(row: Any) -> Span:
    return minute_of(row.begin or time(0)), minute_of(row.end) if row.end else DAY_MINUTES


def _common(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    others = list(others)
    cut = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return [span for span in cut if span[0] < span[1]]


def _long_enough(spans: Iterable[Span]) -> list[Span]:
    return [(start, end) for start, end in spans if end - start >= SHORTEST]


def _next_grain(there: datetime) -> int:
    return -(-(there.hour * 60 + there.minute) // GRAIN) * GRAIN
