"""Holds begin on their first day; those until a day end after it: the plan goes on with new dates, the physician finds a task."""

from __future__ import annotations

from datetime import datetime

from app.clinic.queries import clinic_or_none
from app.plans.health import holds
from models.base import transaction


def run(now: datetime) -> str:
    """Begin and end every hold whose day has come, one at a time."""
    if clinic_or_none() is None:
        return "no clinic yet"
    begun = ended = 0
    for hold_id in holds.those_begun(now):
        with transaction():
            begun += holds.begin_on_its_day(hold_id, now)
    for hold_id in holds.those_over(now):
        with transaction():
            ended += holds.end_after_its_day(hold_id, now)
    return f"{begun} holds begun, {ended} ended"
