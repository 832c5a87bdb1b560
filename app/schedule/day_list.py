"""The visits of one day, with everything a row of the day page says of them, in one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.series import contents
from models import clock
from models.appointment import Appointment, AppointmentSession, AppointmentStatus, VisitState
from models.base import db
from models.clinic import Location, Room
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.treatment import Course, TreatmentSession


@dataclass(frozen=True, slots=True)
class Line:
    """A visit of the list. `since`: when it came into its state."""

    visit: Appointment
    room: str
    since: datetime | None


FIRST_PLACE = select(func.min(Location.id)).where(Location.active).scalar_subquery()
"""The place whose day is shown; a clinic with several looks at its first."""
_SINCE = (
    select(func.max(AppointmentStatus.at))
    .where(AppointmentStatus.appointment_id == Appointment.id, AppointmentStatus.state == Appointment.state)
    .where(AppointmentStatus.undo_of_id.is_(None))
    .scalar_subquery()
)


def lines_on(day: date, zone: str) -> list[Line]:
    """Every visit of a day, by its start."""
    begin, end = clock.day_bounds(day, zone)
    return _lines(Appointment.location_id == FIRST_PLACE, Appointment.starts_at >= begin, Appointment.starts_at < end)


def next_day_with_visits(day: date, zone: str) -> tuple[date, int] | None:
    """The first later day on which somebody is expected, and how many visits it has."""
    mine = Appointment.location_id == FIRST_PLACE, Appointment.state != VisitState.CANCELLED
    later = Appointment.starts_at >= clock.day_bounds(day, zone)[1]
    query = select(Appointment.local_day, func.count()).where(*mine, later).group_by(Appointment.local_day)
    found = db.session.execute(query.order_by(Appointment.local_day).limit(1)).first()
    return (found[0], found[1]) if found else None


def _lines(*conditions: ColumnElement[bool]) -> list[Line]:
    rows = db.session.execute(_query().where(*conditions)).unique().all()
    lines = [Line(row[0], row[1] or "", row[2]) for row in rows]
    _read_contents(link.session.course.protocol_version for line in lines for link in line.visit.sessions)
    return lines


def _query() -> Select[Appointment, str, datetime]:
    to_course = joinedload(Appointment.sessions).joinedload(AppointmentSession.session).joinedload(TreatmentSession.course)
    version = to_course.joinedload(Course.protocol_version).load_only(ProtocolVersion.n, ProtocolVersion.state, ProtocolVersion.version)
    patient = contains_eager(Appointment.patient).load_only(
        Patient.first_name, Patient.last_name, Patient.birth_date, Patient.sex, Patient.never_ask_pregnancy
    )
    return (
        select(Appointment, Room.name, _SINCE)
        .join(Appointment.patient)
        .outerjoin(Room, Room.id == Appointment.room_id)
        .options(
            patient, joinedload(Appointment.performer).load_only(StaffMember.name),
            to_course.joinedload(Course.plan), version,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )  # fmt: skip


def _read_contents(versions: Iterable[ProtocolVersion]) -> None:
    """The contents of protocols that were not read since the start, in one query instead of one for each."""
    unread = {version.id for version in versions if not contents.is_read(version)}
    if unread:
        query = select(ProtocolVersion).where(ProtocolVersion.id.in_(unread)).execution_options(populate_existing=True)
        for version in db.session.scalars(query):
            contents.content_of(version)
