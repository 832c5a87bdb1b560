"""A physician plans a series and books all of it (U1 to U3)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from models.appointment import Appointment
from models.base import db
from models.patient import Patient
from models.staff import StaffMember
from models.treatment import TreatmentPlan
from tests import builders
from tests.browser.conftest import CHROMIUM
from tests.people import clinic
from tests.people.counter import Person
from tests.people.figures import BARS, Tally

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

Sits = Callable[..., Person]
A_PLAN = re.compile(r"/plan/[0-9]+$")
KLM_MOST = 20
"""Seconds that U1 may take by the model."""


@pytest.fixture
def new_patient(busy: Flask) -> int:
    """Evaluated today, without a plan."""
    patient = builders.a_patient("Nesrin", "Aktaş", phone="+905321119999")
    builders.an_evaluation(patient, db.session.get_one(StaffMember, 1), clinic.TODAY)
    number = patient.id
    db.session.remove()
    return number


def booked(patient: int) -> tuple[int, int]:
    """Plans and visits of a patient."""
    db.session.remove()
    visits = db.session.query(Appointment).join(Patient, Patient.id == Appointment.patient_id).filter(Patient.id == patient).count()
    return db.session.query(TreatmentPlan).filter_by(patient_id=patient).count(), visits


def test_u1_six_sessions_are_planned_and_booked(person: Sits, new_patient: int, tally: Tally) -> None:
    doctor = person("phys", f"/patients/{new_patient}")
    doctor.click(doctor.page.get_by_role("link", name="New plan"))
    doctor.click(doctor.page.get_by_role("link", name="Mesotherapy, scalp"))
    doctor.click(doctor.page.get_by_role("button", name="Book 6 sessions"))
    doctor.page.wait_for_url(A_PLAN)
    assert booked(new_patient) == (1, 6)
    assert tally("U1", doctor) <= BARS["U1"].most
    assert doctor.loads - 1 <= 2, "besides the page that shows what was booked"
    assert doctor.seconds <= KLM_MOST
