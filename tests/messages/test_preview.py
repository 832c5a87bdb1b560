"""What a message would say now: for every kind, with nothing written; and a test of it to one's own address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.messages import sample
from models import clock
from models.appointment import Appointment
from models.base import db
from models.message import MailLink, Message
from models.staff import StaffMember
from tests import builders as b
from tests.mails.stories import a_story, with_public_url
from tests.messages.stories import NOW, book, ist, send


@pytest.fixture
def visit(app: Flask, noon: datetime) -> Appointment:
    b.a_clinic()
    patient = b.a_patient(email_verified_at=b.EARLY, language="en")
    course = b.a_course(b.a_plan(patient, b.a_physician()), b.a_protocol())
    made = b.a_visit(patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0])
    book(made)
    return made


def get(client: FlaskClient, member: StaffMember, path: str) -> TestResponse:
    with clock.set_to(NOW):
        b.sign_in(client, member)
        return client.get(path)


def page(client: FlaskClient, member: StaffMember, patient_id: int, kind: str) -> str:
    answer = get(client, member, f"/messages/preview?patient={patient_id}&kind={kind}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_preview_says_what_is_true_now_and_writes_nothing(visit: Appointment, client: FlaskClient) -> None:
    with_public_url()
    before = db.session.query(Message).count(), db.session.query(MailLink).count()
    text = page(client, b.a_nurse(), visit.patient_id, "reminder_1")
    assert "Thursday 17 December" in text
    assert (db.session.query(Message).count(), db.session.query(MailLink).count()) == before


@pytest.mark.parametrize("kind", sample.kinds())
def test_every_kind_can_be_asked_for(app: Flask, noon: datetime, client: FlaskClient, kind: str) -> None:
    story = a_story()
    assert "As text" in page(client, b.a_nurse("Ece Can"), story.patient.id, kind) or kind not in story.told or kind in OF_THE_OTHER


OF_THE_OTHER = {"aftercare", "same_evening", "checkin_1", "checkin_3", "late_check_1", "late_check_2", "result", "recall_1", "recall_2",
                "lot_recall"}  # fmt: skip
"""Kinds that the story's other patient has something to be told by."""


def test_a_kind_with_nothing_to_tell_says_so(visit: Appointment, client: FlaskClient) -> None:
    assert "There is nothing that this message could tell" in page(client, b.a_nurse(), visit.patient_id, "lot_recall")


def test_the_frame_runs_and_loads_nothing(visit: Appointment, client: FlaskClient) -> None:
    answer = get(client, b.a_nurse(), f"/messages/preview/body?patient={visit.patient_id}&kind=reminder_1")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "<html" in answer.get_data(as_text=True)


def test_without_a_patient_one_is_chosen_first(visit: Appointment, client: FlaskClient) -> None:
    assert "Choose the patient" in get(client, b.a_nurse(), "/messages/preview?kind=reminder_1").get_data(as_text=True)
    b.a_patient("Zeynep", "Ak")
    found = client.post("/messages/preview?kind=reminder_1", data={"q": "zeynep"})
    assert "kind=reminder_1" in found.location
    assert "patient=" in found.location
    nobody = client.post("/messages/preview", data={"q": "xxxxx"}, follow_redirects=True)
    assert "No one is found." in nobody.get_data(as_text=True)


@pytest.mark.parametrize("query", ["?patient=999", "?patient=1&kind=staff_invite", "?patient=1&kind=no_such", "?patient=x"])
def test_what_does_not_exist_is_not_found(visit: Appointment, client: FlaskClient, query: str) -> None:
    assert get(client, b.a_nurse(), f"/messages/preview{query}").status_code == 404


def test_a_test_goes_to_ones_own_address_about_nobody_real(visit: Appointment, client: FlaskClient) -> None:
    nurse = b.a_nurse()
    with clock.set_to(NOW):
        b.sign_in(client, nurse)
        said = client.post("/messages/preview/test", data={"patient": visit.patient_id, "kind": "reminder_1"}, follow_redirects=True)
    assert f"A test goes to {nurse.email}" in said.get_data(as_text=True)
    mails = send(NOW).taken
    assert [mail.recipient for mail in mails] == [nurse.email]
    whole = mails[0].data.decode()
    assert "[Test]" in whole
    assert "Ayşe" not in whole
    made = db.session.query(Message).filter(Message.staff_id.is_not(None)).one()
    assert (made.patient_id, made.state) == (None, "sent")


def test_what_no_made_up_patient_can_be_told_is_not_tried(visit: Appointment, client: FlaskClient) -> None:
    nurse = b.a_nurse()
    assert "Send me a test" not in page(client, nurse, visit.patient_id, "address_check")
    with clock.set_to(NOW):
        b.sign_in(client, nurse)
        assert client.post("/messages/preview/test", data={"patient": visit.patient_id, "kind": "address_check"}).status_code == 404
