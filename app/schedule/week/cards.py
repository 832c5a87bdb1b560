"""The visits of a week as cards between its hours: where each stands, how long it is, what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.permissions import Permission
from app.planning.resources import DAY_MINUTES, Span
from app.planning.visit import Slot
from app.schedule.addresses import address
from app.schedule.day.listing import read_contents
from app.schedule.day.next_steps import Asker
from app.schedule.free.working_days import time_of
from app.schedule.rows import start_minute
from app.schedule.session_words import SessionWords, kind_line, session_words
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
class Change:
    """What is proposed for a visit: another time (None: it goes to the worklist). `back`: the address of the line that proposes it."""

    visit: Appointment
    slot: Slot | None
    back: str

    @property
    def to(self) -> time | None:
        """When it would begin, on the day of its new time."""
        return time_of(self.slot.start_minute) if self.slot else None

    def concerns(self, whose: Whose) -> bool:
        """Its new time would stand in somebody's week, or in a room's."""
        slot = self.slot
        return slot is not None and whose.performer_id in (None, slot.performer_id) and whose.room_id in (None, slot.room_id)


@dataclass(frozen=True)
class Card:
    """A visit on its day. `hands_on`: from which to which minute of the visit. `kind`, `sessions`: what it is, for whoever may know.

    `change`: what is proposed for it. `ghost`: the card stands where the visit would lie then, not where it lies. `others`: with whom and
    in which room at the other end of the change, where that is not the same.
    """

    visit: Appointment
    place: Place
    begin: int
    hands_on: Span
    minutes: int
    performer: str
    room: str
    kind: str
    sessions: list[SessionWords]
    movable: bool
    change: Change | None
    ghost: bool
    others: list[str]

    @property
    def begins(self) -> time:
        return time_of(self.begin)

    @property
    def ends(self) -> time:
        """When the last phase ends, on its day."""
        return time_of(min(self.begin + self.minutes, DAY_MINUTES - 1))

    @property
    def url(self) -> str:
        """The page of the visit, or the line that proposes its new time."""
        return self.change.back if self.ghost and self.change else address("schedule.visit", self.visit.id)


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


@dataclass(frozen=True)
class Drawer:
    """What all cards of a week need: for whom, between which hours, and what is called how. `changes`: what is proposed, by visit."""

    frame: Frame
    hours: range
    asker: Asker
    changes: Mapping[int, Change]

    def cards(self, visits: Iterable[Appointment], ghosts: Iterable[Change] = ()) -> list[Card]:
        """The visits of a day and those that would lie on it, by their begin; those that overlap side by side."""
        proposed = [(change.slot.start_minute, change.visit, change.slot) for change in ghosts if change.slot]
        lying = [(start_minute(visit), visit, None) for visit in visits]
        ends: list[int] = []
        found = []
        for begin, visit, slot in sorted((*lying, *proposed), key=lambda one: (one[0], one[1].id)):
            until = min(begin + visit.minutes, self.hours.stop * HOUR)
            lane = next((n for n, end in enumerate(ends) if end <= begin), min(len(ends), MOST_LANES - 1))
            ends[lane : lane + 1] = [until]
            found.append(self._card(visit, slot, begin, Place(begin - self.hours.start * HOUR, until - self.hours.start * HOUR, lane + 1)))
        return found

    def _card(self, visit: Appointment, slot: Slot | None, begin: int, place: Place) -> Card:
        named = self.asker.may(Permission.SEE_PLANS)
        hands_on = visit.hands_on_after, min(visit.hands_on_after + visit.hands_on_minutes, visit.minutes)
        change = self.changes.get(visit.id)
        performer, room = self._with(visit, slot)
        other = self._with(visit, None if slot else change.slot) if change else ("", "")
        return Card(
            visit, place, begin, hands_on, visit.minutes, performer, room, kind_line(visit, named),
            [session_words(link) for link in visit.sessions] if named else [],
            slot is None and visit.state in COMING and self.asker.may(Permission.BOOK), change, slot is not None,
            [name for name in other if name and name not in (performer, room)],
        )  # fmt: skip

    def _with(self, visit: Appointment, slot: Slot | None) -> tuple[str, str]:
        """With whom and in which room a visit lies, or would lie in a slot."""
        names = self.frame.names
        if slot:
            return names.get(f"p{slot.performer_id}", ""), names.get(f"r{slot.room_id}", "")
        return visit.performer.name if visit.performer else "", names.get(f"r{visit.room_id}", "")


def hours_of(visits: Sequence[Appointment], ghosts: Sequence[Change], spans: Sequence[Span]) -> range:
    """Every hour in which the clinic is open or somebody is or would be there; the middle of the day where there is nothing."""
    taken = [(start_minute(one), one.minutes) for one in visits]
    taken += [(one.slot.start_minute, one.visit.minutes) for one in ghosts if one.slot]
    begins = [span[0] for span in spans] + [begin for begin, _minutes in taken]
    ends = [span[1] for span in spans] + [begin + minutes for begin, minutes in taken]
    return range(min(begins, default=9 * HOUR) // HOUR, -(-min(max(ends, default=18 * HOUR), DAY_MINUTES) // HOUR))
