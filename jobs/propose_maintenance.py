"""Once a day, the dates of running courses as the new day sees them: what became due, overdue or lapsed, and the invitations."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from app.clinic.queries import clinic_or_none
from app.messages import planner
from app.series import plan_state, rows
from models import clock
from models.base import db, transaction
from models.treatment import Course, TreatmentPlan

AHEAD = timedelta(days=60)
"""A course that is due later than this does not change because a day has passed."""


def run(now: datetime) -> str:
    """Align every patient whose courses can change by the calendar alone, one at a time."""
    clinic = clinic_or_none()
    if clinic is None:
        return "no clinic yet"
    today = clock.day_of(now, clinic.zone)
    patients = _patients(today)
    for patient_id in patients:
        with transaction():
            plan_state.follow([patient_id], today, now)
            rows.align_patient(patient_id, today)
            planner.plan_for(patient_id, now)
    return f"{len(patients)} patients looked at"


def _patients(today: date) -> list[int]:
    near = select(TreatmentPlan.patient_id).join(Course, Course.plan_id == TreatmentPlan.id).distinct()
    near = near.where(Course.live, or_(Course.due_on.is_(None), Course.due_on <= today + AHEAD))
    return list(db.session.scalars(near.order_by(TreatmentPlan.patient_id)))
