"""A mail that reached somebody whom it was not for is followed by a few words that name nobody, and a person looks at the incident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.links.queries import Standing, standing
from app.messages import suppressions
from models.base import db, transaction
from models.message import MailLink, Message, MessageState
from models.patient import Patient
from tests import builders as b
from tests.messages.stories import GRACE, NOW, book, ist, rows, send, tasks

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def mailed(app: Flask, noon: datetime) -> Message:
    b.a_clinic()
    course = b.a_course(b.a_plan(b.a_patient(email_verified_at=b.EARLY), b.a_physician()), b.a_protocol())
    book(b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0]))
    send(NOW + GRACE)
    return rows("booked")[0]


def press(client: FlaskClient, message: Message) -> None:
    b.sign_in(client, b.a_receptionist())
    assert client.post(f"/messages/{message.id}/mistake").status_code == 303


def test_the_address_that_got_it_is_asked_to_delete_it_even_if_the_patients_is_another_now(client: FlaskClient, mailed: Message) -> None:
    with transaction():
        db.session.get_one(Patient, mailed.patient_id).email = "right@post.example"
    press(client, mailed)
    taken = send(LATER).taken
    assert [envelope.recipient for envelope in taken] == ["ayse.yilmaz@post.example"]
    words = taken[0].data.decode()
    assert "Ay=C5=9Fe" not in words
    assert "Y=C4=B1lmaz" not in words
    correction = rows("correction")[0]
    assert (correction.state, correction.patient_id, correction.subject_id) == ("sent", None, mailed.id)
    assert correction.body is not None
    assert "yanlışlıkla" in correction.body.text


def test_the_wrong_reader_can_open_nothing_more_and_the_record_loses_the_address(client: FlaskClient, mailed: Message) -> None:
    with transaction():
        links = [MailLink(token_hash=f"{n}", purpose=purpose, patient_id=mailed.patient_id, message_pk=mailed.id, made_at=NOW, argument="")
                 for n, purpose in enumerate(("my_page", "preferences"))]  # fmt: skip
        db.session.add_all(links)
    press(client, mailed)
    assert [standing(link, LATER) for link in db.session.query(MailLink)] == [Standing.OVER] * db.session.query(MailLink).count()
    patient = db.session.get_one(Patient, mailed.patient_id)
    assert (patient.email, patient.email_verified_at) == ("", None)
    assert [envelope.recipient for envelope in send(LATER).taken] == ["ayse.yilmaz@post.example"]  # the correction, and nothing else


def test_a_later_address_of_the_patient_stays(client: FlaskClient, mailed: Message) -> None:
    with transaction():
        db.session.get_one(Patient, mailed.patient_id).email = "right@post.example"
    press(client, mailed)
    assert db.session.get_one(Patient, mailed.patient_id).email == "right@post.example"


def test_the_incident_stands_on_the_worklist_and_pressing_twice_is_pressing_once(client: FlaskClient, mailed: Message) -> None:
    press(client, mailed)
    press_again = client.post(f"/messages/{mailed.id}/mistake")
    assert press_again.status_code == 303
    assert [(task.for_role, task.subject_id) for task in tasks("privacy_incident")] == [("manager", mailed.id)]
    assert len(rows("correction")) == 1


def test_the_page_of_a_sent_mail_offers_it_and_that_of_a_waiting_one_does_not(client: FlaskClient, mailed: Message) -> None:
    b.sign_in(client, b.a_receptionist())
    offer = f'action="/messages/{mailed.id}/mistake"'
    assert offer in client.get(f"/messages/{mailed.id}").text
    with transaction():
        db.session.get_one(Message, mailed.id).state = MessageState.FAILED
    assert offer not in client.get(f"/messages/{mailed.id}").text
    client.post(f"/messages/{mailed.id}/mistake")
    assert rows("correction") == []


def test_an_address_that_does_not_exist_is_asked_nothing(client: FlaskClient, mailed: Message) -> None:
    press(client, mailed)
    with transaction():
        suppressions.suppress(mailed.address, "550", LATER)
    assert send(LATER).taken == []
    assert rows("correction")[0].state == "withdrawn"


def test_too_late_it_helps_nobody(client: FlaskClient, mailed: Message) -> None:
    press(client, mailed)
    send(NOW + timedelta(days=15))
    assert rows("correction")[0].state == "missed"


def test_a_correction_cannot_be_corrected(client: FlaskClient, mailed: Message) -> None:
    press(client, mailed)
    send(LATER)
    client.post(f"/messages/{rows('correction')[0].id}/mistake")
    assert len(rows("correction")) == 1
