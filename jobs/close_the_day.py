"""Visits of days gone by that nobody closed become tasks. What happened is never guessed: no visit turns into a no-show."""

from __future__ import annotations

from datetime import datetime

from app.clinic.queries import clinic_or_none
from app.schedule.closing import actions, queries
from models import clock
from models.appointment import OPEN, Appointment
from models.base import db, transaction


def run(now: datetime) -> str:
    """Ask what became of every visit that ended on an earlier day of the clinic and has no outcome.

    The line is the one that is asked for when somebody closes the day and keeps a visit as it is: it stands there once.
    """
    clinic = clinic_or_none()
    if clinic is None:
        return "no clinic yet"
    midnight, _next = clock.day_bounds(clock.day_of(now, clinic.zone), clinic.zone)
    asked = 0
    for pk in queries.without_outcome(midnight):
        with transaction():
            visit = db.session.get(Appointment, pk)
            if visit is not None and visit.state in OPEN:
                asked += actions.keep(visit, now) is not None
    return f"{asked} without an outcome"
