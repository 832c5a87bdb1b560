"""What other rooms ask of plans: called inside their transaction."""

from __future__ import annotations

from datetime import datetime

from app.patients.listeners import Change, listen
from app.plans.life import patient_died
from models.patient import Patient

__all__ = ["patient_died", "when_a_patient_changes"]


@listen
def when_a_patient_changes(patient: Patient, change: Change, now: datetime) -> None:
    """Somebody who has died is not expected any more."""
    if change is Change.DECEASED:
        patient_died(patient, now)
