"""A week of one practitioner, of one room or of everybody: cards between hours, and when nothing can be.

Read in a fixed few queries whatever the number of visits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.clinic import queries as clinic_queries
from app.i18n import _
from app.permissions import Permission
from app.planning.resources import DAY_MINUTES, Span
from app.schedule import resources
from app.schedule.addresses import address
from app.schedule.day_list import FIRST_PLACE
from app.schedule.next_steps import Asker
from app.schedule.presenters import SessionWords, kind_line, session_words
from app.schedule.resources import Diary
from app.schedule.working_days import time_of, without
from app.sessions import Person
from models import clock
from models.appointment import COMING, Appointment, AppointmentSession, Claim, VisitState
from models.base import db
from models.clinic import Room
from models.staff import Role, StaffMember
from models.treatment import Course, TreatmentSession

HOUR, GRAIN = 60, 5
TREATS = {Role.PHYSICIAN.value, Role.PRACTITIONER.value}
MOST_LANES = 6


@dataclass(frozen=True)
class Whose:
    """Whose week: of a practitioner, of a room, or (neither) everybody's."""

    performer_id: int | None = None
    room_id: int | None = None

    @property
    def key(self) -> str:
        """As it stands in the address."""
        return f"p{self.performer_id}" if self.performer_id else f"r{self.room_id}" if self.room_id else "all"


@dataclass(frozen=True)
class Place:
    """Where something stands among the hours of its day, in minutes from the first hour shown, and in which lane."""

    begin: int
    end: int
    lane: int = 1

    @property
    def classes(self) -> str:
        """Hours and twelfths of hours from the top and long, and the lane, as the stylesheet counts them."""
        begin, cells = self.begin // GRAIN, max(-(-self.end // GRAIN) - self.begin // GRAIN, 1)
        return f"h{begin // 12} m{begin % 12} dh{cells // 12} dm{cells % 12} l{self.lane}"


@dataclass(frozen=True)
class Card:
    """A visit on its day. `hands_on`: from which to which minute of the visit. `named`: what it is, for whoever may know."""

    visit: Appointment
    place: Place
    hands_on: Span
    minutes: int
    room: str
    kind: str
    sessions: list[SessionWords]
    tentative: bool
    movable: bool

    @property
    def ends(self) -> time:
        """When the last phase ends, on its day."""
        return time_of(min(_minute(self.visit) + self.minutes, DAY_MINUTES - 1))

    @property
    def url(self) -> str:
        """The page of the visit."""
        return address("schedule.visit", self.visit.id)


@dataclass(frozen=True)
class Column:
    """A day: its visits by their start, and the times at which nothing can be."""

    day: date
    cards: list[Card]
    shut: list[Place]
    open: bool

    @property
    def lanes(self) -> int:
        """How many cards stand side by side at most."""
        return max((card.place.lane for card in self.cards), default=1)


@dataclass(frozen=True)
class Week:
    """Everything the page shows. `hours`: the first and the last hour, both shown."""

    monday: date
    whose: Whose
    name: str
    columns: list[Column]
    hours: range
    people: list[tuple[str, str]]
    rooms: list[tuple[str, str]]
    has_hours: bool

    @property
    def last(self) -> date:
        return self.columns[-1].day

    @property
    def total(self) -> int:
        return sum(len(column.cards) for column in self.columns)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def read_whose(text: str, own: Person) -> Whose:
    """Whose week the address names; without a name one's own for who treats, else everybody's."""
    if text[:1] in ("p", "r") and text[1:].isdecimal() and len(text) < 10:
        return Whose(int(text[1:])) if text[0] == "p" else Whose(room_id=int(text[1:]))
    if not text and TREATS & set(own.roles):
        return Whose(own.id)
    return Whose()


def week_of(monday: date, whose: Whose, asker: Asker, zone: str) -> Week:
    """The week from a Monday on, for whoever looks."""
    days = [monday + timedelta(days=n) for n in range(7)]
    people, rooms = _people(), _rooms()
    diary = resources.diary(clinic_queries.location(), days[0], days[-1])
    there = {day: _there(diary, day, whose) for day in days}
    visits = _visits(days[0], days[-1], whose, zone)
    hours = _hours(visits, [span for day in days for span in (*there[day], *diary.resources.opening[day])])
    names, room_names = dict([*people, *rooms]), {int(key[1:]): name for key, name in rooms}
    cards = {day: _cards([one for one in visits if one.local_day == day], hours, asker, room_names) for day in days}
    columns = [Column(day, cards[day], _shut(there[day], hours), bool(there[day])) for day in days]
    while len(columns) > 5 and not (columns[-1].cards or columns[-1].open):
        columns.pop()  # a weekend on which nobody works takes no room
    return Week(monday, whose, names.get(whose.key, _("Everybody")), columns, hours, people, rooms, any(there.values()))


def _people() -> list[tuple[str, str]]:
    asked = select(StaffMember.id, StaffMember.name, StaffMember.roles).where(StaffMember.active).order_by(StaffMember.name)
    rows = db.session.execute(asked)
    return [(f"p{row.id}", row.name) for row in rows if TREATS & set(row.roles)]


def _rooms() -> list[tuple[str, str]]:
    rows = db.session.execute(select(Room.id, Room.name).where(Room.active, Room.location_id == FIRST_PLACE).order_by(Room.name))
    return [(f"r{row.id}", row.name) for row in rows]


def _there(diary: Diary, day: date, whose: Whose) -> tuple[Span, ...]:
    """When a visit could be: the opening hours, and for a practitioner no longer than they work."""
    opening = diary.resources.opening[day]
    works = next((one.hours[day] for one in diary.resources.people if one.id == whose.performer_id), None)
    if works is None:
        return () if whose.performer_id else tuple(opening)
    return without(opening, without(((0, DAY_MINUTES),), works))


def _visits(first: date, last: date, whose: Whose, zone: str) -> list[Appointment]:
    begin, end = clock.day_bounds(first, zone)[0], clock.day_bounds(last, zone)[1]
    asked = _VISITS.where(Appointment.starts_at >= begin, Appointment.starts_at < end)
    if whose.performer_id:
        claimed = Appointment.claims.any(Claim.staff_id == whose.performer_id)
        asked = asked.where(or_(Appointment.performer_id == whose.performer_id, claimed))
    if whose.room_id:
        asked = asked.where(or_(Appointment.room_id == whose.room_id, Appointment.claims.any(Claim.room_id == whose.room_id)))
    return list(db.session.scalars(asked).unique())


def _question() -> Select[Appointment]:
    session = selectinload(Appointment.sessions).joinedload(AppointmentSession.session).joinedload(TreatmentSession.course)
    return (
        select(Appointment)
        .join(Appointment.patient)
        .where(Appointment.location_id == FIRST_PLACE, Appointment.state != VisitState.CANCELLED)
        .options(contains_eager(Appointment.patient), joinedload(Appointment.performer), session.joinedload(Course.protocol_version))
        .order_by(Appointment.starts_at, Appointment.id)
    )


_VISITS = _question()


def _hours(visits: Sequence[Appointment], spans: Sequence[Span]) -> range:
    """Every hour in which the clinic is open or somebody is there; the middle of the day where there is nothing."""
    begins = [span[0] for span in spans] + [_minute(one) for one in visits]
    ends = [span[1] for span in spans] + [_minute(one) + one.minutes for one in visits]
    return range(min(begins, default=9 * HOUR) // HOUR, -(-min(max(ends, default=18 * HOUR), DAY_MINUTES) // HOUR))


def _minute(visit: Appointment) -> int:
    return visit.local_time.hour * HOUR + visit.local_time.minute


def _cards(visits: Iterable[Appointment], hours: range, asker: Asker, rooms: dict[int, str]) -> list[Card]:
    """The visits of a day, those that overlap side by side."""
    ends: list[int] = []
    found = []
    for visit in visits:
        begin, until = _minute(visit), min(_minute(visit) + visit.minutes, hours.stop * HOUR)
        lane = next((n for n, end in enumerate(ends) if end <= begin), min(len(ends), MOST_LANES - 1))
        ends[lane : lane + 1] = [until]
        found.append(_card(visit, Place(begin - hours.start * HOUR, until - hours.start * HOUR, lane + 1), asker, rooms))
    return found


def _card(visit: Appointment, place: Place, asker: Asker, rooms: dict[int, str]) -> Card:
    named = asker.may(Permission.SEE_PLANS)
    hands_on = visit.hands_on_after, min(visit.hands_on_after + visit.hands_on_minutes, visit.minutes)
    return Card(
        visit, place, hands_on, visit.minutes, rooms.get(visit.room_id or 0, ""), kind_line(visit, named),
        [session_words(link) for link in visit.sessions] if named else [], visit.tentative and named,
        visit.state in COMING and asker.may(Permission.BOOK),
    )  # fmt: skip


def _shut(there: Sequence[Span], hours: range) -> list[Place]:
    first = hours.start * HOUR
    return [Place(begin - first, end - first) for begin, end in without(((first, hours.stop * HOUR),), there)]
