"""The visits of a week as cards between its hours: where each stands, how long it is, what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.permissions import Permission
from app.planning.resources import DAY_MINUTES, Span
from app.schedule.addresses import address
from app.schedule.day.listing import read_contents
from app.schedule.day.next_steps import Asker
from app.schedule.day.presenters import SessionWords, kind_line, session_words
from app.schedule.free.working_days import time_of
from app.schedule.rows import start_minute
from app.schedule.week.frame import Frame, Whose
from models import clock
from models.appointment import COMING, Appointment, AppointmentSession, Claim, VisitState
from models.base import db
from models.treatment import Course, TreatmentSession

HOUR, GRAIN = 60, 5
MOST_LANES = 6


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
        return time_of(min(start_minute(self.visit) + self.minutes, DAY_MINUTES - 1))

    @property
    def url(self) -> str:
        """The page of the visit."""
        return address("schedule.visit", self.visit.id)


def visits_of(frame: Frame, whose: Whose, zone: str) -> list[Appointment]:
    """The visits of a week that take somebody or some room, with all that their cards say, by their start."""
    begin, end = clock.day_bounds(frame.days[0], zone)[0], clock.day_bounds(frame.days[-1], zone)[1]
    asked = _VISITS.where(Appointment.location_id == frame.place_id, Appointment.starts_at >= begin, Appointment.starts_at < end)
    if whose.performer_id:
        claimed = Appointment.claims.any(Claim.staff_id == whose.performer_id)
        asked = asked.where(or_(Appointment.performer_id == whose.performer_id, claimed))
    if whose.room_id:
        asked = asked.where(or_(Appointment.room_id == whose.room_id, Appointment.claims.any(Claim.room_id == whose.room_id)))
    found = list(db.session.scalars(asked).unique())
    read_contents(link.session.course.protocol_version for visit in found for link in visit.sessions)
    return found


def _question() -> Select[Appointment]:
    session = joinedload(Appointment.sessions).joinedload(AppointmentSession.session).joinedload(TreatmentSession.course)
    return (
        select(Appointment)
        .join(Appointment.patient)
        .where(Appointment.state != VisitState.CANCELLED)
        .options(contains_eager(Appointment.patient), joinedload(Appointment.performer), session.joinedload(Course.protocol_version))
        .order_by(Appointment.starts_at, Appointment.id)
    )


_VISITS = _question()


def cards_of(visits: Iterable[Appointment], hours: range, asker: Asker, rooms: dict[int, str]) -> list[Card]:
    """The visits of a day, those that overlap side by side."""
    ends: list[int] = []
    found = []
    for visit in visits:
        begin, until = start_minute(visit), min(start_minute(visit) + visit.minutes, hours.stop * HOUR)
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


def hours_of(visits: Sequence[Appointment], spans: Sequence[Span]) -> range:
    """Every hour in which the clinic is open or somebody is there; the middle of the day where there is nothing."""
    begins = [span[0] for span in spans] + [start_minute(one) for one in visits]
    ends = [span[1] for span in spans] + [start_minute(one) + one.minutes for one in visits]
    return range(min(begins, default=9 * HOUR) // HOUR, -(-min(max(ends, default=18 * HOUR), DAY_MINUTES) // HOUR))
