"""Visits read with all that a move asks of them, in a few queries however many there are."""

from __future__ import annotations

from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from models.appointment import Appointment, AppointmentSession
from models.treatment import Course, TreatmentPlan, TreatmentSession


def whole() -> tuple[ExecutableOption, ...]:
    """Each visit with its patient, claims, sessions, and all their courses are read by."""
    series = selectinload(Appointment.sessions).joinedload(AppointmentSession.session).joinedload(TreatmentSession.course)
    of_course = (series.selectinload(part) for part in (Course.steps, Course.sessions, Course.reviews))
    plan = series.joinedload(Course.plan).selectinload(TreatmentPlan.holds)
    return joinedload(Appointment.patient), selectinload(Appointment.claims), plan, *of_course
