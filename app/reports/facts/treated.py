"""Sessions that took place here: how many, and how well they kept their rhythm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select, union_all

from app.reports.asked import Asked
from app.reports.facts.shape import fact
from models.appointment import Appointment, AppointmentSession, Outcome
from models.complication import Complication
from models.protocol import ProtocolVersion
from models.treatment import Course, SessionKind, SessionState, TreatmentPlan, TreatmentSession


def sessions(asked: Asked) -> Select[Any]:
    """Every session that took place here, by protocol."""
    return _done(asked, by=ProtocolVersion.protocol_id)


def in_band(asked: Asked) -> Select[Any]:
    """Sessions that took place and had a best time; a hit: in it."""
    return _done(asked, by=AppointmentSession.band, hit=AppointmentSession.band == "ideal").where(AppointmentSession.band != "")


def complications(asked: Asked) -> Select[Any]:
    """Every session that took place here, by what was done in it; a hit: a complication was recorded after it."""
    after = select(Complication.id).where(Complication.session_id == TreatmentSession.id).correlate(TreatmentSession)
    return _done(asked, by=Course.version_id, hit=after.exists())


def maintenance(asked: Asked) -> Select[Any]:
    """Maintenance that took place (a hit), and maintenance whose time ran out in the period with none since."""
    came = _done(asked, by=ProtocolVersion.protocol_id, hit=TreatmentSession.kind == SessionKind.MAINTENANCE)
    ends = func.coalesce(Course.due_latest, Course.due_on)
    before_today = min(asked.last, asked.today - timedelta(days=1))
    stayed_away = courses(asked, ends).where(Course.live, Course.due_step.like("M%"), ends.between(asked.first, before_today))
    return joined(came.where(TreatmentSession.kind == SessionKind.MAINTENANCE), stayed_away)


def courses(
    asked: Asked, when: Any, *, by: Any = ProtocolVersion.protocol_id, hit: ColumnElement[bool] | None = None, note: Any = ""
) -> Select[Any]:
    """Courses as facts; the caller says which. Of a practitioner: whose plan prefers, or was made by, that person."""
    whose = func.coalesce(TreatmentPlan.preferred_staff_id, TreatmentPlan.physician_id)
    rows = fact(
        TreatmentPlan.id, when, hit=hit, by=by, patient=TreatmentPlan.patient_id, staff=whose, place=TreatmentPlan.location_id, note=note
    )
    rows = rows.select_from(Course).join(TreatmentPlan, TreatmentPlan.id == Course.plan_id)
    rows = rows.join(ProtocolVersion, ProtocolVersion.id == Course.version_id).where(TreatmentPlan.location_id.in_(asked.places))
    return rows if asked.staff_id is None else rows.where(whose == asked.staff_id)


def last_of_series() -> ColumnElement[bool]:
    """The session of a link was the one that completed its series."""
    return (AppointmentSession.outcome == Outcome.DONE) & (AppointmentSession.label == cast(AppointmentSession.of, String))


def is_finished() -> ColumnElement[bool]:
    """The series of a course is complete: its last session took place, or a physician called it complete."""
    last = select(TreatmentSession.id).join(AppointmentSession, AppointmentSession.session_id == TreatmentSession.id)
    came = last.where(TreatmentSession.course_id == Course.id, last_of_series()).correlate(Course)
    return or_(Course.completed_early_on.is_not(None), came.exists())


def joined(*parts: Select[Any]) -> Select[Any]:
    """Facts of several kinds under one another."""
    return select(union_all(*parts).subquery())


def _done(asked: Asked, *, by: Any, hit: ColumnElement[bool] | None = None) -> Select[Any]:
    rows = fact(
        Appointment.id, TreatmentSession.performed_on, hit=hit, by=by, patient=Appointment.patient_id,
        staff=TreatmentSession.performed_by_id, place=Appointment.location_id, note=AppointmentSession.label,
    ).select_from(TreatmentSession).join(
        AppointmentSession, (AppointmentSession.session_id == TreatmentSession.id) & (AppointmentSession.outcome == Outcome.DONE)
    ).join(Appointment, Appointment.id == AppointmentSession.appointment_id)  # fmt: skip
    rows = rows.join(Course, Course.id == TreatmentSession.course_id).join(ProtocolVersion, ProtocolVersion.id == Course.version_id)
    rows = rows.where(
        TreatmentSession.performed_on.between(asked.first, asked.last), TreatmentSession.state == SessionState.DONE,
        Appointment.location_id.in_(asked.places),
    )  # fmt: skip
    return rows if asked.staff_id is None else rows.where(TreatmentSession.performed_by_id == asked.staff_id)
