"""What a day that is to be closed still has open, and who closed it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.series.contents import content
from models.appointment import OPEN, Appointment, AppointmentSession, Outcome, VisitKind
from models.base import db
from models.closing import DayClosing
from models.product import LotUse
from models.treatment import Course, TreatmentSession


def without_outcome(before: datetime) -> list[int]:
    """Every visit that began before a moment and has no outcome, however long ago: a machine that stood still loses nobody."""
    waiting = select(Appointment.id).where(Appointment.state.in_(OPEN), Appointment.starts_at < before)
    return list(db.session.scalars(waiting.order_by(Appointment.starts_at)))


def left(place_id: int, day: date, kept: Collection[int]) -> list[int]:
    """The visits of a day that have no outcome and are not kept so on purpose."""
    mine = Appointment.location_id == place_id, Appointment.local_day == day, Appointment.state.in_(OPEN)
    return list(db.session.scalars(select(Appointment.id).where(*mine, Appointment.id.not_in(kept))))


def kept_on(place_id: int, day: date) -> list[int]:
    """The visits of a day that somebody left as they are on purpose."""
    return [pk for press in db.session.scalars(_standing(place_id, day)) for pk in press.kept]


def newest(place_id: int, day: date) -> DayClosing | None:
    """The last press of a day that was not taken back."""
    return db.session.scalar(_standing(place_id, day).order_by(DayClosing.id.desc()).limit(1))


def closing(place_id: int, day: date) -> DayClosing | None:
    """Who closed the day, and when; None while it is open."""
    return db.session.scalar(_standing(place_id, day).where(DayClosing.closes).order_by(DayClosing.id.desc()).limit(1))


def without_lot(visit_ids: Collection[int]) -> set[int]:
    """Visits with a session that was done, whose protocol asks for a lot, and of which none is recorded."""
    used = select(LotUse.id).where(LotUse.session_id == TreatmentSession.id, LotUse.voided_at.is_(None))
    query = (
        select(AppointmentSession.appointment_id, Course)
        .join(TreatmentSession, TreatmentSession.id == AppointmentSession.session_id)
        .join(Course, Course.id == TreatmentSession.course_id)
        .where(AppointmentSession.appointment_id.in_(visit_ids), AppointmentSession.outcome == Outcome.DONE, ~used.exists())
        .options(joinedload(Course.protocol_version))
    )
    found = [*db.session.execute(query), *db.session.execute(_touched_up(visit_ids))]
    return {visit_id for visit_id, course in found if content(course).lot_required}


def _touched_up(visit_ids: Collection[int]) -> Select[int, Course]:
    """A touch-up has no session: its lots belong to the visit itself."""
    used = select(LotUse.id).where(LotUse.appointment_id == Appointment.id, LotUse.voided_at.is_(None))
    query = select(Appointment.id, Course).join(Course, Course.id == Appointment.course_id)
    mine = Appointment.id.in_(visit_ids), Appointment.kind == VisitKind.TOUCH_UP, ~used.exists()
    return query.where(*mine).options(joinedload(Course.protocol_version))


def _standing(place_id: int, day: date) -> Select[DayClosing]:
    query = select(DayClosing).where(DayClosing.location_id == place_id, DayClosing.day == day, DayClosing.over_at.is_(None))
    return query.options(joinedload(DayClosing.by))
