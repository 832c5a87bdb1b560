"""A name with an emoji in it is shown, found, printed and written to as any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.policy import default

import pytest
from flask.testing import FlaskClient

from app.messages import planner
from app.messages.compose import compose
from app.messages.mime import mime
from app.patients import actions as patients
from app.patients import queries
from app.spreadsheets import Sheet, as_csv
from models.appointment import Appointment
from models.base import db, transaction
from models.message import Message
from models.patient import Patient
from tests import builders as b
from tests.mails.stories import with_public_url
from tests.schedule.scenes import Scene, a_scene, align, book, days

NAME = "Ayşe 🌸 Yılmaz"


@pytest.fixture
def scene(client: FlaskClient, noon: datetime) -> Scene:
    with_public_url()
    made = a_scene()
    with transaction():
        db.session.get_one(Patient, made.patient.id).first_name = "Ayşe 🌸"
    book(made.sessions[0], days(9), "10:00", noon)
    align(made)
    with transaction():
        planner.plan_for(made.patient.id, noon)
    b.sign_in(client, made.physician)
    return made


def test_every_page_and_print_shows_it(client: FlaskClient, scene: Scene) -> None:
    patient, visit = scene.patient.id, db.session.query(Appointment).one().id
    for path in ("/patients", f"/patients/{patient}", f"/plan/{scene.plan.id}", f"/day/{days(9)}", f"/visits/{visit}",
                 f"/plan/{scene.plan.id}/sheet", f"/patients/{patient}/card", f"/patients/{patient}/history"):  # fmt: skip
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert "🌸" in answer.text, path


def test_it_is_found_with_and_without_the_picture(scene: Scene, noon: datetime) -> None:
    with transaction():
        patients.set_terms(db.session.get_one(Patient, scene.patient.id))
    for text in ("ayse yilmaz", "yılmaz", "ayşe 🌸"):
        assert [row.name for row in queries.search(text, noon)] == [NAME]


def test_mails_speak_to_it(scene: Scene, noon: datetime) -> None:
    waiting = db.session.query(Message).filter_by(subject_type="appointment").all()
    assert waiting
    for message in waiting:
        with transaction():
            mail = compose(message, noon)
        assert NAME in mail.text
        assert "🌸" in mail.html


def test_a_header_carries_it(scene: Scene, noon: datetime) -> None:
    with transaction():
        mail = compose(db.session.query(Message).filter_by(kind="reminder_1").one(), noon)
    mail = replace(mail, subject=f"{NAME}: {mail.subject}")
    people = {"sender": "info@ege.example", "sender_name": "Ege 🌸", "recipient": "a@post.example", "reply_to": ""}
    read = message_from_bytes(mime(mail, message_id="1@a.example", date=noon, **people), policy=default)
    assert str(read["Subject"]).startswith(NAME)
    assert "Ege 🌸" in str(read["From"])


def test_tables_to_take_away_carry_it() -> None:
    assert NAME in as_csv(Sheet("people", ["name"], [[NAME]])).decode("utf-8-sig")
