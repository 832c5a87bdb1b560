"""At night: whoever is on call finds the patient who rings, sees all that matters on one screen and writes the call down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.schedule import flow
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.call import CallRecord
from models.event import Event
from models.message import Message, MessageBody, MessageState
from models.numbing import CreamUse
from models.patient import Finding
from models.staff import Role
from models.task import StaffTask
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import words
from tests.schedule.scenes import Scene, a_scene, book, days


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    """The first session was done this morning; the care text has gone."""
    made = a_scene()
    visit = book(made.sessions[0], TODAY, "10:00", noon - timedelta(days=1))
    cream = builders.a_lot("numbing_cream", "CR-1")
    builders.a_lot_use(made.sessions[0], builders.a_lot(), amount="2.5", area="scalp")
    with transaction():
        there = db.session.get_one(Appointment, visit.id)
        flow.arrive(there, noon - timedelta(hours=2))
        put_on, off = (noon - timedelta(minutes=minutes) for minutes in (115, 80))
        db.session.add(CreamUse(appointment_id=there.id, lot_id=cream.id, amount="3", area="scalp", on_at=put_on, off_at=off))
        flow.done(there, noon - timedelta(minutes=30))
    with transaction():
        db.session.add(Finding(patient_id=made.patient.id, rule="allergy_product", product="Lidocaine", since=TODAY, added_at=noon))
        care = db.session.query(Message).filter_by(kind="aftercare").one()
        care.state, care.settled_at = MessageState.SENT, noon
        db.session.add(MessageBody(message=care, subject="After your visit", text="Do not wash your hair today.", html=""))
    return made


@pytest.fixture
def nurse(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, scene.nurse)
    return client


def a_wish(scene: Scene, noon: datetime) -> StaffTask:
    made = StaffTask(kind="call_patient", subject_type="patient", subject_id=scene.patient.id, patient_id=scene.patient.id,
                     for_role=Role.RECEPTION, due_on=TODAY, made_at=noon, facts={})  # fmt: skip
    with transaction():
        db.session.add(made)
    return made


def screen(client: FlaskClient, scene: Scene) -> str:
    return words(client.get(f"/on-call/patients/{scene.patient.id}"))


def record(client: FlaskClient, scene: Scene, **typed: str) -> str | None:
    values = {"form_token": "once", "said": "It burns and swells", "advice": "Cool it, come at nine"}
    return client.post(f"/on-call/patients/{scene.patient.id}", data=values | typed).location


def test_one_screen_has_all_that_a_call_needs(scene: Scene, nurse: FlaskClient) -> None:
    page = screen(nurse, scene)
    assert "Allergy: Lidocaine" in page
    assert "11:30: PRP, scalp" in page
    assert "prp_kit, lot L-1 · 2.5 ml · Scalp" in page
    assert "Numbing cream Tue 1 Dec 10:05–10:40 · Scalp · numbing_cream, lot CR-1 · 3 g" in page
    assert "Do not wash your hair today." in page
    assert "Call +90" in page


def test_every_look_is_written_down_and_only_clinical_eyes_look(scene: Scene, nurse: FlaskClient) -> None:
    screen(nurse, scene)
    seen = db.session.query(Event).filter_by(action="viewed", object_type="patient", object_id=scene.patient.id, staff_id=scene.nurse.id)
    assert seen.count() == 1
    builders.sign_in(nurse, builders.a_receptionist())
    assert nurse.get(f"/on-call/patients/{scene.patient.id}").status_code == 403
    assert "Who rings?" not in words(nurse.get("/on-call"))


def test_what_is_older_than_thirty_days_is_left_out(scene: Scene, nurse: FlaskClient) -> None:
    with transaction():
        scene.sessions[0].performed_on = days(-31)
    assert "Nothing was done in the last 30 days." in screen(nurse, scene)


def test_whoever_rings_is_found_by_name_and_opened_at_once(scene: Scene, nurse: FlaskClient) -> None:
    answer = nurse.post("/on-call/find", data={"q": "yilmaz"})
    assert answer.location == f"/on-call/patients/{scene.patient.id}"
    builders.a_patient("Ali", "Yılmaz", phone="+905321114499")
    several = nurse.post("/on-call/find", data={"q": "yilmaz"})
    assert "Ali Yılmaz" in words(nurse.get(several.location))


def test_a_call_is_written_down_with_the_wish_it_answers(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    wish = a_wish(scene, noon)
    assert record(nurse, scene, answered="y") == f"/on-call/patients/{scene.patient.id}"
    [made] = db.session.query(CallRecord).all()
    assert (made.said, made.advice, made.by_id, made.task_id) == ("It burns and swells", "Cool it, come at nine", scene.nurse.id, wish.id)
    db.session.expire_all()
    assert db.session.get_one(StaffTask, wish.id).closed_as == "reached"
    assert "Cool it, come at nine" in screen(nurse, scene)


def test_a_wish_that_was_not_answered_stays_open(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    wish = a_wish(scene, noon)
    record(nurse, scene)
    db.session.expire_all()
    assert db.session.get_one(StaffTask, wish.id).closed_at is None


def test_a_complication_is_opened_next(scene: Scene, nurse: FlaskClient) -> None:
    assert record(nurse, scene, complication="y") == f"/patients/{scene.patient.id}/complication"


def test_a_call_without_words_is_not_written_down(scene: Scene, nurse: FlaskClient) -> None:
    answer = nurse.post(f"/on-call/patients/{scene.patient.id}", data={"form_token": "x", "said": " ", "advice": "Come at nine"})
    assert answer.status_code == 422
    assert "Come at nine" in answer.text
    assert db.session.query(CallRecord).count() == 0


def test_wishes_stand_on_top_and_without_a_duty_the_page_says_where_it_is_set(scene: Scene, nurse: FlaskClient, noon: datetime) -> None:
    a_wish(scene, clock.now())
    page = words(nurse.get("/on-call"))
    assert page.index("Patients who asked to be called") < page.index("Who rings?")
    assert "under Settings, On call" in page
    assert 'href="/settings/on-call"' not in nurse.get("/on-call").text
    builders.sign_in(nurse, builders.a_manager())
    assert "Enter who is on call" in words(nurse.get("/on-call"))
