"""A physician plans a series and books all of it (U1 to U3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from models.appointment import Appointment
from models.base import db, transaction
from models.patient import Patient
from models.staff import Absence, StaffMember
from models.treatment import TreatmentPlan
from tests import builders
from tests.browser.conftest import CHROMIUM
from tests.people.counter import Person
from tests.people.figures import BARS, Tally
from tests.people.plans import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

Sits = Callable[..., Person]
A_PLAN = re.compile(r"/plan/[0-9]+$")
KLM_MOST = 20
"""Seconds that U1 may take by the model."""


@pytest.fixture
def new_patient(busy: Flask) -> int:
    """Evaluated today, without a plan."""
    patient = builders.a_patient("Nesrin", "Aktaş", phone="+905321119999")
    builders.an_evaluation(patient, db.session.get_one(StaffMember, 1), TODAY)
    number = patient.id
    db.session.remove()
    return number


def booked(patient: int) -> tuple[int, int]:
    """Plans and visits of a patient."""
    db.session.remove()
    visits = db.session.query(Appointment).join(Patient, Patient.id == Appointment.patient_id).filter(Patient.id == patient).count()
    return db.session.query(TreatmentPlan).filter_by(patient_id=patient).count(), visits


def decides(doctor: Person) -> None:
    """From the patient's page to the plan with all its dates."""
    doctor.click(doctor.page.get_by_role("link", name="New plan"))
    doctor.click(doctor.page.get_by_role("link", name="Mesotherapy, scalp"))


def test_u1_six_sessions_are_planned_and_booked(person: Sits, new_patient: int, tally: Tally) -> None:
    doctor = person("phys", f"/patients/{new_patient}")
    decides(doctor)
    doctor.click(doctor.page.get_by_role("button", name="Book 6 sessions"))
    doctor.page.wait_for_url(A_PLAN)
    assert booked(new_patient) == (1, 6)
    assert tally("U1", doctor) <= BARS["U1"].most
    assert doctor.loads - 1 <= 2, "besides the page that shows what was booked"
    assert doctor.seconds <= KLM_MOST


def test_u2_a_clash_is_shown_before_and_repaired(person: Sits, new_patient: int, tally: Tally) -> None:
    """Nobody can treat while the third session would have to be."""
    with transaction():
        for physician in (1, 2, 3):
            db.session.add(Absence(staff_id=physician, first_day=day(16), last_day=day(31)))
    doctor = person("phys", f"/patients/{new_patient}")
    decides(doctor)
    clashes = doctor.page.locator("[data-clash]")
    clashes.first.wait_for()
    assert clashes.count() == 1
    doctor.click(clashes.first.locator(".ways-out button").first)
    doctor.page.get_by_text("Decided by you.").first.wait_for()
    doctor.click(doctor.page.get_by_role("button", name=re.compile("^Book [56] ")).first)
    doctor.page.wait_for_url(A_PLAN)
    assert booked(new_patient)[1] >= 5
    assert tally("U2", doctor) <= BARS["U2"].most


def test_u3_five_sessions_and_another_gap_are_seen_at_once(person: Sits, new_patient: int, tally: Tally) -> None:
    doctor = person("phys", f"/patients/{new_patient}")
    decides(doctor)
    changes = Person(doctor.page)
    changes.click(doctor.page.get_by_role("button", name="One session fewer"))
    doctor.page.get_by_role("button", name="Book 5 sessions").wait_for()
    changes.awaits("input", "[...document.querySelectorAll('#line-0-2 td')].some((cell) => cell.innerText.trim() === '35')")
    changes.type("#courses-0-gap", "35")
    took = changes.painted()
    doctor.click(doctor.page.get_by_role("button", name="Book 5 sessions"))
    doctor.page.wait_for_url(A_PLAN)
    assert booked(new_patient) == (1, 5)
    assert tally("U3", changes, ms=f"{took:.0f} (at most 300)") + changes.typed <= BARS["U3"].most


def day(n: int) -> date:
    return TODAY + timedelta(days=n)
