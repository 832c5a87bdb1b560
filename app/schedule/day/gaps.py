"""Where something can still be booked on a day: the free time of each practitioner and each room, in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CompoundSelect, Date, Integer, Select, String, Time, bindparam, cast, literal, null, or_, select, union_all
from sqlalchemy.types import TypeEngine

from app.front_door import where
from app.hours import Calendar, Closing, Opening, without
from app.planning.resources import DAY_MINUTES, Span
from app.schedule.free.working_days import minute_of, open_spans, wall_spans, works_on
from models import clock
from models.appointment import Claim
from models.base import UtcDateTime, db
from models.clinic import Closure, OpeningHours, Room
from models.staff import TREATING, Absence, StaffMember, WorkingHours

OPEN, CLOSED, WORK, AWAY, ROOM = "open", "closed", "work", "away", "room"
STAFF_CLAIM, ROOM_CLAIM = "staff claim", "room claim"
_TYPES: dict[str, TypeEngine[Any]] = {
    "id": Integer(), "place": Integer(), "name": String(), "roles": JSON(), "weekday": Integer(), "begin": Time(), "end": Time(),
    "first": Date(), "last": Date(), "starts_at": UtcDateTime(), "ends_at": UtcDateTime(),
}  # fmt: skip
SHORTEST = 20  # minutes; less is no time to offer
GRAIN = 5


@dataclass
class DayGaps:
    """Free spans of a day in minutes, by staff member and by room; names of those who work that day, and of the rooms. `place`: as it
    stands in addresses.

    `staff_hours` and `room_hours`: when they are there; `staff_taken` and `rooms_taken`: what is claimed of that.
    """

    staff: dict[int, list[Span]] = field(default_factory=dict)
    rooms: dict[int, list[Span]] = field(default_factory=dict)
    staff_hours: dict[int, list[Span]] = field(default_factory=dict)
    room_hours: dict[int, list[Span]] = field(default_factory=dict)
    staff_taken: dict[int, list[Span]] = field(default_factory=dict)
    rooms_taken: dict[int, list[Span]] = field(default_factory=dict)
    staff_names: dict[int, str] = field(default_factory=dict)
    room_names: dict[int, str] = field(default_factory=dict)
    closed: bool = False
    place: int | None = None


def gaps_on(day: date, place_id: int, zone: str, now: datetime) -> DayGaps:
    """What is free on a day at a place from now on; nothing on days that are over."""
    today = clock.day_of(now, zone)
    if day < today:
        return DayGaps()
    rows = _rows(day, place_id, zone)
    opening = open_spans(_calendar(rows[OPEN], rows[CLOSED], day), day)
    past = [(0, _next_grain(clock.local(now, zone)))] if day == today else []
    found = DayGaps(closed=not opening, place=where.in_address(place_id))
    for row in rows[ROOM]:
        found.room_names[row.id], found.room_hours[row.id] = row.name, list(opening)
        taken = found.rooms_taken[row.id] = _claimed(rows[ROOM_CLAIM], row.id, day, zone)
        found.rooms[row.id] = _long_enough(without(opening, [*taken, *past]))
    for staff_id, name in sorted({(row.id, row.name) for row in rows[WORK] if TREATING & set(row.roles)}):
        own = works_on(_by_place([row for row in rows[WORK] if row.id == staff_id]), place_id, day)
        works = without(_common(own, opening), [_away(row) for row in rows[AWAY] if row.id == staff_id])
        if works:
            found.staff_names[staff_id], found.staff_hours[staff_id] = name, list(works)
            taken = found.staff_taken[staff_id] = _claimed(rows[STAFF_CLAIM], staff_id, day, zone)
            found.staff[staff_id] = _long_enough(without(works, [*taken, *past]))
    return found


def _rows(day: date, place_id: int, zone: str) -> dict[str, list[Any]]:
    """Every row that decides who and what is there and free on a day, by what it is: one query over six tables."""
    begin, end = clock.day_bounds(day, zone)
    found: dict[str, list[Any]] = defaultdict(list)
    for row in db.session.execute(_QUESTION, {"day": day, "place": place_id, "from": begin, "until": end}):
        found[row.what].append(row)
    return found


def _question() -> CompoundSelect[Any]:
    day, place = bindparam("day", type_=Date()), bindparam("place", type_=Integer())
    here = or_(Closure.location_id.is_(None), Closure.location_id == place)
    that_day = Claim.starts_at >= bindparam("from", type_=UtcDateTime()), Claim.starts_at < bindparam("until", type_=UtcDateTime())
    return union_all(
        _part(OPEN, weekday=OpeningHours.weekday, begin=OpeningHours.opens, end=OpeningHours.closes, first=OpeningHours.valid_from,
              last=OpeningHours.valid_to).where(OpeningHours.location_id == place),
        _part(CLOSED, begin=Closure.from_time, first=Closure.day).where(Closure.day == day, here),
        _part(WORK, id=StaffMember.id, place=WorkingHours.location_id, name=StaffMember.name, roles=StaffMember.roles,
              weekday=WorkingHours.weekday, begin=WorkingHours.starts, end=WorkingHours.ends, first=WorkingHours.valid_from,
              last=WorkingHours.valid_to)
        .join_from(WorkingHours, StaffMember).where(StaffMember.active),
        _part(AWAY, id=Absence.staff_id, begin=Absence.from_time, end=Absence.to_time)
        .where(Absence.first_day <= day, Absence.last_day >= day),
        _part(ROOM, id=Room.id, name=Room.name).where(Room.active, Room.location_id == place),
        _part(STAFF_CLAIM, id=Claim.staff_id, starts_at=Claim.starts_at, ends_at=Claim.ends_at)
        .where(*that_day, Claim.staff_id.is_not(None)),
        _part(ROOM_CLAIM, id=Claim.room_id, starts_at=Claim.starts_at, ends_at=Claim.ends_at)
        .where(*that_day, Claim.room_id.is_not(None)),
    )  # fmt: skip


def _part(what: str, **columns: Any) -> Select[Any]:
    """Rows of one kind with the columns of all; those it has none for are empty, of the right type on both engines."""
    filled = [columns[name] if name in columns else cast(null(), type_) for name, type_ in _TYPES.items()]
    return select(literal(what).label("what"), *(column.label(name) for name, column in zip(_TYPES, filled, strict=True)))


_QUESTION = _question()
"""Put together once, and asked of every day."""


def _claimed(claims: Iterable[Any], thing_id: int, day: date, zone: str) -> list[Span]:
    mine = (row for row in claims if row.id == thing_id)
    return [span for row in mine for on, span in wall_spans(row.starts_at, row.ends_at, zone) if on == day]


def _calendar(openings: Iterable[Any], closings: Iterable[Any], day: date) -> Calendar:
    return Calendar(tuple(_opening(row) for row in openings), tuple(Closing(day, row.begin) for row in closings))


def _by_place(works: Sequence[Any]) -> dict[int | None, Calendar]:
    return {place: Calendar(tuple(_opening(row) for row in works if row.place == place)) for place in {row.place for row in works}}


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
