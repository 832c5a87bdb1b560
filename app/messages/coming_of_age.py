"""On the eighteenth birthday a guardian's word ends: mails wait until the patient's own contact and consents are recorded."""

from __future__ import annotations

from datetime import datetime, timedelta

from app import tasks
from app.messages import call_lines, planner
from app.patients import contacts
from app.today import today_of
from models.base import locked
from models.patient import Patient
from models.task import TaskKind

LOOK_BACK = timedelta(days=30)
"""Longer than any standstill of the machine."""


def who(now: datetime) -> list[int]:
    """Patients who came of age lately."""
    today = today_of(now)
    return [patient.id for patient in contacts.came_of_age(today - LOOK_BACK, today)]


def ask(patient_id: int, now: datetime) -> bool:
    """Consents of childhood end, and somebody asks for the patient's own. False where that was done before."""
    patient = locked(Patient, patient_id)
    if patient is None or tasks.was_asked(TaskKind.OF_AGE, patient):
        return False
    contacts.come_of_age(patient, now)
    call_lines.ask(TaskKind.OF_AGE, patient, now, patient_id=patient.id)
    planner.plan_for(patient.id, now)
    return True
