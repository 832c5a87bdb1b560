"""Ask once more which messages the facts call for. Every change plans in its own transaction, so nothing should be missing."""

from __future__ import annotations

from datetime import datetime

from app.clinic.queries import clinic_or_none
from app.messages import patient_queries, planner
from models.base import transaction


def run(now: datetime) -> str:
    """Look at every patient for whom something may be wanted; write only for those where something differs."""
    if clinic_or_none() is None:
        return "no clinic yet"
    patients, added, mended = patient_queries.in_motion(now), 0, 0
    for patient_id in patients:
        if planner.missing(patient_id, now):
            with transaction():
                found = planner.plan_for(patient_id, now)
            added += len(found.added)
            mended += len(found.revived) + len(found.changed) + len(found.withdrawn)
    return f"{len(patients)} patients, {added} missing, {mended} mended"
