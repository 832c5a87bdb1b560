"""Visits of days gone by that nobody closed become tasks. What happened is never guessed: no visit turns into a no-show."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.clinic.queries import clinic_or_none
from app.messages import call_lines
from models import clock
from models.appointment import OPEN, Appointment
from models.base import db, transaction
from models.task import TaskKind


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
                asked += call_lines.ask(TaskKind.NO_OUTCOME, visit, now, patient_id=visit.patient_id) is not None
    return f"{asked} without an outcome"


def _left_open(midnight: datetime) -> list[int]:
    """However long ago: a machine that stood still for a season loses nobody."""
    waiting = select(Appointment.id).where(Appointment.state.in_(OPEN), Appointment.starts_at < midnight)
    return list(db.session.scalars(waiting.order_by(Appointment.starts_at)))
