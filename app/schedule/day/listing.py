"""The visits of one day: the bare values each row is made from, in one query; and the visits themselves, for new rows only.

Both are read from the same columns, PARTS: a row that asks a visit for anything else fails, so rows made from equal values
are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload, load_only, raiseload
from sqlalchemy.types import NullType

from app.schedule.day.again import booked_again
from app.schedule.day.preflight_facts import Owners
from app.series import contents
from models import clock
from models.appointment import Appointment, AppointmentSession, AppointmentStatus, VisitKind, VisitState
from models.base import db
from models.clinic import Room
from models.lateness import LateDecision, LateWay
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.treatment import Course, TreatmentPlan, TreatmentSession


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit of the list in bare values, a row of them for each of its sessions. `since`: when it came into its state."""

    id: int
    state: VisitState
    kind: VisitKind
    starts_at: datetime
    since: datetime | None
    owners: Owners
    values: tuple[Row[Any], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A visit of the list with all that its row reads. `borrowed`: the course of a visit without sessions, held for who asks for it.

    `again`: who is not coming has another visit for the same, on that day. `late_way`: what was decided for who came late.
    """

    visit: Appointment
    room: str
    since: datetime | None
    again: date | None = None
    borrowed: Course | None = None
    late_way: LateWay | None = None


_SINCE = (
    select(func.max(AppointmentStatus.at))
    .where(AppointmentStatus.appointment_id == Appointment.id, AppointmentStatus.state == Appointment.state)
    .where(AppointmentStatus.undo_of_id.is_(None))
    .scalar_subquery()
)
_AGAIN = booked_again()
_LATE_WAY = (
    select(LateDecision.way)
    .where(LateDecision.appointment_id == Appointment.id, LateDecision.undone_at.is_(None))
    .order_by(LateDecision.id.desc())
    .limit(1)
    .scalar_subquery()
)
_VISIT: tuple[InstrumentedAttribute[Any], ...] = (
    Appointment.version, Appointment.local_day, Appointment.hands_on_at, Appointment.hands_on_minutes, Appointment.performer_id,
    Appointment.room_id, Appointment.patient_id, Appointment.tentative, Appointment.agreed, Appointment.note, Appointment.plan_id,
    Appointment.course_id, Appointment.state, Appointment.kind, Appointment.starts_at, Appointment.zone, Appointment.location_id,
)  # fmt: skip
_LINK = (
    AppointmentSession.label, AppointmentSession.of, AppointmentSession.gap_days, AppointmentSession.band, AppointmentSession.outcome,
    AppointmentSession.position,
)  # fmt: skip
_SESSION = (TreatmentSession.course_id, TreatmentSession.kind, TreatmentSession.override_by_id, TreatmentSession.override_why)
_COURSE = (
    Course.plan_id, Course.version_id, Course.area, Course.needs_booking, Course.due_step, Course.due_latest, Course.lapse_days,
    Course.agreed_sessions, Course.agreed_used,
)  # fmt: skip
_PLAN, _PERFORMER = (TreatmentPlan.state,), (StaffMember.name,)
_VERSION = (ProtocolVersion.state, ProtocolVersion.version, ProtocolVersion.n)
_PATIENT = (
    Patient.first_name, Patient.last_name, Patient.birth_date, Patient.sex, Patient.never_ask_pregnancy, Patient.channel, Patient.email,
    Patient.language,
)  # fmt: skip
PARTS = (*_VISIT, *_LINK, *_SESSION, *_COURSE, *_PLAN, *_VERSION, *_PERFORMER, *_PATIENT)


def entries_on(day: date, place_id: int, zone: str) -> list[Entry]:
    """Every visit of a day at a place, by its start."""
    begin, end = clock.day_bounds(day, zone)
    mine = Appointment.location_id == place_id, Appointment.starts_at >= begin, Appointment.starts_at < end
    rows = db.session.execute(_BARE.where(*mine)).all()
    return [_entry(tuple(some)) for _id, some in groupby(rows, lambda row: row.id)]


def next_day_with_visits(day: date, place_id: int, zone: str) -> tuple[date, int] | None:
    """The first later day on which somebody is expected there, and how many visits it has."""
    mine = Appointment.location_id == place_id, Appointment.state != VisitState.CANCELLED
    later = Appointment.starts_at >= clock.day_bounds(day, zone)[1]
    query = select(Appointment.local_day, func.count()).where(*mine, later).group_by(Appointment.local_day)
    found = db.session.execute(query.order_by(Appointment.local_day).limit(1)).first()
    return (found[0], found[1]) if found else None


def lines(entries: Iterable[Entry]) -> list[Line]:
    """The visits behind these entries."""
    rows = db.session.execute(_FULL.where(Appointment.id.in_([entry.id for entry in entries]))).unique().all()
    alone = {row[0].course_id for row in rows if row[0].course_id and not row[0].sessions}
    borrowed = {course.id: course for course in db.session.scalars(_BORROWED.where(Course.id.in_(alone)))} if alone else {}
    found = [Line(row[0], row[1] or "", row[2], row[3], borrowed.get(row[0].course_id or 0), row[4]) for row in rows]
    courses = [*borrowed.values(), *(link.session.course for line in found for link in line.visit.sessions)]
    read_contents(course.protocol_version for course in courses)
    return found


def _entry(rows: tuple[Row[Any], ...]) -> Entry:
    first = rows[0]
    owners = Owners(
        first.patient, frozenset([first.plan, *(row.course_plan for row in rows)]),
        frozenset([first.course, *(row.session_course for row in rows)]), frozenset(row.session for row in rows if row.session), first.id,
    )  # fmt: skip
    return Entry(first.id, first.state, first.kind, first.starts_at, first.since, owners, rows)


def _bare() -> Select[*tuple[Any, ...]]:
    """The values as the driver gives them: they are compared, not read."""
    return (
        select(
            Appointment.id, Appointment.state, Appointment.kind, Appointment.starts_at, _SINCE.label("since"), _AGAIN.label("again"),
            _LATE_WAY.label("late_way"),
            Appointment.patient_id.label("patient"), Appointment.plan_id.label("plan"), Appointment.course_id.label("course"),
            AppointmentSession.session_id.label("session"), TreatmentSession.course_id.label("session_course"),
            Course.plan_id.label("course_plan"), Room.name,
            *(type_coerce(part, NullType()).label(f"v{n}") for n, part in enumerate(PARTS)),
        )
        .select_from(Appointment)
        .join(Appointment.patient)
        .outerjoin(Room, Room.id == Appointment.room_id)
        .outerjoin(Appointment.performer)
        .outerjoin(Appointment.sessions)
        .outerjoin(AppointmentSession.session)
        .outerjoin(Course, Course.id == func.coalesce(TreatmentSession.course_id, Appointment.course_id))
        .outerjoin(Course.plan)
        .outerjoin(Course.protocol_version)
        .order_by(Appointment.starts_at, Appointment.id, AppointmentSession.position, AppointmentSession.session_id)
    )  # fmt: skip


def _full() -> Select[Appointment, str, datetime, date, LateWay]:
    to_session = joinedload(Appointment.sessions).options(_only(_LINK)).joinedload(AppointmentSession.session).options(_only(_SESSION))
    return (
        select(Appointment, Room.name, _SINCE, _AGAIN, _LATE_WAY)
        .join(Appointment.patient)
        .outerjoin(Room, Room.id == Appointment.room_id)
        .options(
            _only(_VISIT), contains_eager(Appointment.patient).options(_only(_PATIENT)),
            joinedload(Appointment.performer).options(_only(_PERFORMER)),
            to_session.joinedload(TreatmentSession.course).options(*_of_a_course()), raiseload("*"),
        )
    )  # fmt: skip


def _of_a_course() -> tuple[Any, ...]:
    plan, version = joinedload(Course.plan).options(_only(_PLAN)), joinedload(Course.protocol_version).load_only(*_VERSION)
    return _only(_COURSE), plan, version


def _only(parts: Sequence[InstrumentedAttribute[Any]]) -> Any:
    """These columns (and keys), and no other at any price."""
    return load_only(*parts, raiseload=True)


_BARE, _FULL, _BORROWED = _bare(), _full(), select(Course).options(*_of_a_course(), raiseload("*"))


def read_contents(versions: Iterable[ProtocolVersion]) -> None:
    """The contents of protocols that were not read since the start, in one query instead of one for each."""
    unread = {version.id for version in versions if not contents.is_read(version)}
    if unread:
        query = select(ProtocolVersion).where(ProtocolVersion.id.in_(unread)).execution_options(populate_existing=True)
        for version in db.session.scalars(query):
            contents.content_of(version)
