"""Who and where there is in a week, and when a visit could be: kept while none of that changes, with no claim read for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app import cached
from app.clinic import queries as clinic_queries
from app.hours import without
from app.letters import sort_key
from app.planning.resources import DAY_MINUTES, Span
from app.schedule.free import resources
from app.schedule.free.working_days import open_spans
from app.sessions import Person
from models.base import db
from models.clinic import Location, Room
from models.staff import TREATING, StaffMember

DAYS = 7


@dataclass(frozen=True)
class Whose:
    """Whose week: of a practitioner, of a room, or (neither) everybody's."""

    performer_id: int | None = None
    room_id: int | None = None

    @property
    def key(self) -> str:
        """As it stands in the address."""
        return f"p{self.performer_id}" if self.performer_id else f"r{self.room_id}" if self.room_id else "all"


def read_whose(text: str, own: Person) -> Whose:
    """Whose week the address names; without a name one's own for who treats, else everybody's."""
    if text[:1] in ("p", "r") and text[1:].isdecimal() and len(text) < 10:
        return Whose(int(text[1:])) if text[0] == "p" else Whose(room_id=int(text[1:]))
    if not text and TREATING & set(own.roles):
        return Whose(own.id)
    return Whose()


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Frame:
    """The days from a Monday on. `people` and `rooms`: the key in the address and the name. `opening`, and `works` of each person."""

    place_id: int
    days: tuple[date, ...]
    people: tuple[tuple[str, str], ...]
    rooms: tuple[tuple[str, str], ...]
    opening: dict[date, tuple[Span, ...]]
    works: dict[int, dict[date, tuple[Span, ...]]]

    def there(self, whose: Whose, day: date) -> tuple[Span, ...]:
        """When a visit could be: the opening hours, and for a practitioner no longer than they work."""
        if whose.performer_id is None:
            return self.opening[day]
        works = self.works.get(whose.performer_id, {}).get(day, ())
        return without(self.opening[day], without(((0, DAY_MINUTES),), works))

    @property
    def names(self) -> dict[str, str]:
        """What whoever and whatever is called, by the key in the address."""
        return dict((*self.people, *self.rooms))


def frame_of(monday: date, place_id: int) -> Frame:
    """The frame of a week at a place."""
    return cached.while_the_house_stands(("week", monday, place_id), lambda: _read(monday, place_id))


def _read(monday: date, place_id: int) -> Frame:
    place = db.session.get_one(Location, place_id)
    days = tuple(monday + timedelta(days=n) for n in range(DAYS))
    calendar = clinic_queries.calendar(place)
    people = resources.people(days[0], days[-1], {}, place_id)
    names = {row.id: row.name for row in db.session.execute(select(StaffMember.id, StaffMember.name).where(StaffMember.active))}
    treats = sorted(((names[one.id], f"p{one.id}") for one in people if TREATING & one.roles), key=lambda pair: sort_key(pair[0]))
    rooms = db.session.execute(select(Room.id, Room.name).where(Room.active, Room.location_id == place.id).order_by(Room.name))
    return Frame(
        place.id, days, tuple((key, name) for name, key in treats), tuple((f"r{row.id}", row.name) for row in rooms),
        {day: open_spans(calendar, day) for day in days}, {one.id: {day: one.hours[day] for day in days} for one in people},
    )  # fmt: skip
