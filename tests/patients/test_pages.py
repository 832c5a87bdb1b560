"""The patients' pages as people of each role see them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.base import db, transaction
from models.complication import Complication, NoticedHow, Severity
from models.event import Event
from models.patient import Finding, Patient, PatientReport
from models.staff import Role, StaffMember
from models.treatment import Hold
from tests import builders

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture(autouse=True)
def clinic(app: object) -> None:
    builders.a_clinic()


def treated() -> Patient:
    """A patient with a running course, a visit, an evaluation, and a finding that not everybody may know of."""
    patient, physician = builders.a_patient(), builders.a_physician()
    builders.an_evaluation(patient, physician)
    course = builders.a_course(builders.a_plan(patient, physician), builders.a_protocol(), due_step="1")
    builders.a_visit(patient, datetime(2026, 12, 3, 10, tzinfo=UTC), course.sessions[0], performer=physician)
    with transaction():
        db.session.add(
            Finding(patient_id=patient.id, rule="pregnant", since=date(2026, 11, 1), added_at=builders.EARLY, note="twelve weeks")
        )
    return patient


def page(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_reception_sees_that_the_physician_decides_never_what_was_found(client: FlaskClient) -> None:
    patient = treated()
    with transaction():
        db.session.add(PatientReport(patient_id=patient.id, words="I take a new medicine", at=builders.EARLY))
    builders.sign_in(client, builders.a_receptionist())
    text = page(client, f"/patients/{patient.id}")
    assert "Health answer: the physician decides" in text
    for secret in ("Pregnancy", "pregnan", "twelve weeks", "new medicine", "suitable"):
        assert secret not in text


@pytest.mark.parametrize("role", [Role.PHYSICIAN, Role.RECEPTION])
def test_the_card_of_an_overdue_patient_opens_and_says_since_when(client: FlaskClient, role: Role) -> None:
    patient, physician = builders.a_patient(), builders.a_physician()
    late = {"due_step": "1", "due_on": date(2026, 11, 1), "due_latest": date(2026, 11, 5), "needs_booking": True}
    builders.a_course(builders.a_plan(patient, physician), builders.a_protocol(), **late)
    builders.sign_in(client, builders.a_staff_member("Somebody", role))
    assert "overdue since Fri 6 Nov" in page(client, f"/patients/{patient.id}")


def test_a_physician_sees_findings_reports_and_how_the_evaluation_ended(client: FlaskClient) -> None:
    patient = treated()
    builders.sign_in(client, db.session.get_one(StaffMember, 1))
    text = page(client, f"/patients/{patient.id}")
    for word in ("Pregnancy", "twelve weeks", "suitable", "PRP, scalp", "session 1 of 3"):
        assert word in text


def test_a_manager_sees_no_treatment(client: FlaskClient) -> None:
    patient = treated()
    builders.sign_in(client, builders.a_manager())
    for url in (f"/patients/{patient.id}", "/patients"):
        text = page(client, url)
        assert "Yılmaz" in text
        for secret in ("PRP", "Pregnancy", "physician decides", "Evaluations"):
            assert secret not in text


def test_opening_a_card_is_written_down_and_the_list_is_not(client: FlaskClient) -> None:
    patient = builders.a_patient()
    member = builders.sign_in(client, builders.a_receptionist())
    page(client, "/patients")
    page(client, f"/patients/{patient.id}")
    seen = db.session.scalars(select(Event).where(Event.action == "viewed")).all()
    assert [(row.staff_id, row.object_type, row.patient_id) for row in seen] == [(member.id, "patient", patient.id)]


def test_an_erased_patient_has_no_card(client: FlaskClient) -> None:
    patient = builders.a_patient(erased_at=builders.EARLY)
    builders.sign_in(client, builders.a_receptionist())
    assert client.get(f"/patients/{patient.id}").status_code == 404


def test_an_auditor_finds_no_patients(client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_staff_member("Arda", Role.AUDITOR))
    assert client.get("/patients").status_code == 403


@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_pages_are_made_in_both_languages(client: FlaskClient, language: str) -> None:
    patient = treated()
    builders.sign_in(client, builders.a_physician("Dr. Ada Su", language=language))
    for path in ("", "/new", f"/{patient.id}", f"/{patient.id}/edit", f"/{patient.id}/consents/recall", f"/{patient.id}/deceased"):
        assert f'<html lang="{language}">' in page(client, f"/patients{path}")


def flagged(client: FlaskClient, role: Role) -> str:
    """The row of a patient with a pause, an open complication and no address, as this role sees it."""
    builders.sign_in(client, builders.a_staff_member(f"Somebody {role.value}", role))
    text = page(client, "/patients")
    return text[text.index("<tbody>") : text.index("</tbody>")]


def test_the_list_says_who_is_paused_has_a_complication_or_no_address(client: FlaskClient) -> None:
    patient, physician = builders.a_patient(email="", channel="phone"), builders.a_physician()
    plan = builders.a_plan(patient, physician)
    with transaction():
        db.session.add(Hold(plan_id=plan.id, from_day=builders.TODAY, made_at=builders.EARLY, reason="an infection"))
        db.session.add(
            Complication(patient_id=patient.id, noticed_at=builders.EARLY, opened_at=builders.EARLY, noticed_how=NoticedHow.SEEN,
                         severity=Severity.MILD)
        )  # fmt: skip
    desk, nurse, manager = (flagged(client, role) for role in (Role.RECEPTION, Role.PRACTITIONER, Role.MANAGER))
    assert "Paused" in desk
    assert "Paused" in nurse
    assert "Physician decides" in desk
    assert "Complication" in nurse
    assert "Complication" not in desk
    assert all("No e-mail" in row for row in (desk, nurse, manager))
    assert not any(word in manager for word in ("Paused", "Physician decides", "Complication"))
