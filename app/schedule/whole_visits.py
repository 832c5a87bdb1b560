"""Visits read with all that a move asks of them, in a few queries however many there are."""

from __future__ import annotations

from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from models.appointment import Appointment, AppointmentSession, Claim
from models.patient import Patient
from models.treatment import Course, TreatmentPlan, TreatmentSession

READ_AGAIN = (Appointment, AppointmentSession, Claim, TreatmentSession, Course, TreatmentPlan)
"""What somebody else may have changed before a transaction was alone with its visits."""


def whole() -> tuple[ExecutableOption, ...]:
    """Each visit with its patient, claims, sessions, and all their courses are read by."""
    patient = joinedload(Appointment.patient).selectinload(Patient.evaluations)
    series = selectinload(Appointment.sessions).joinedload(AppointmentSession.session).joinedload(TreatmentSession.course)
    of_course = (series.selectinload(part) for part in (Course.steps, Course.sessions, Course.reviews))
    of_plan = (series.joinedload(Course.plan).selectinload(part) for part in (TreatmentPlan.holds, TreatmentPlan.courses))
    return patient, selectinload(Appointment.claims), series.joinedload(Course.protocol_version), *of_plan, *of_course
