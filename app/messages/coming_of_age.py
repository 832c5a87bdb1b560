"""On the eighteenth birthday a guardian's word ends: mails wait until the patient's own contact and consents are recorded."""

from __future__ import annotations

from datetime import datetime, timedelta

from app import tasks
from app.messages import call_lines, planner
from app.patients import contacts
from app.today import today_of

LOOK_BACK = timedelta(days=30)
"""Longer than any standstill of the machine."""
OF_AGE = "of_age"


def ask(now: datetime) -> int:
    """Every patient who came of age: consents end, and somebody asks for the patient's own. Once each."""
    today, asked = today_of(now), 0
    for patient in contacts.came_of_age(today - LOOK_BACK, today):
        if not tasks.was_asked(OF_AGE, patient):
            contacts.come_of_age(patient, now)
            call_lines.ask(OF_AGE, patient, now, patient_id=patient.id)
            planner.plan_for(patient.id, now)
            asked += 1
    return asked
