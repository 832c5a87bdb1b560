"""Visits of days gone by that nobody closed become tasks. What happened is never guessed: no visit turns into a no-show."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.clinic.queries import clinic_or_none
from app.messages import call_lines
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction

OPEN = (VisitState.BOOKED, VisitState.CONFIRMED, VisitState.ARRIVED, VisitState.IN_TREATMENT)
BACK = timedelta(days=30)
TASK = "no_outcome"


def run(now: datetime) -> str:
    """Ask what became of every visit that ended on an earlier day of the clinic and has no outcome."""
    clinic = clinic_or_none()
    if clinic is None:
        return "no clinic yet"
    midnight, _next = clock.day_bounds(clock.day_of(now, clinic.zone), clinic.zone)
    asked = 0
    for pk in _left_open(midnight):
        with transaction():
            visit = db.session.get(Appointment, pk)
            if visit is not None and visit.state in OPEN:
                asked += call_lines.ask(TASK, visit, now, patient_id=visit.patient_id) is not None
    return f"{asked} without an outcome"


def _left_open(midnight: datetime) -> list[int]:
    span = (Appointment.starts_at >= midnight - BACK, Appointment.starts_at < midnight)
    return list(db.session.scalars(select(Appointment.id).where(Appointment.state.in_(OPEN), *span).order_by(Appointment.starts_at)))
