"""What waits to be written, and the links that were written, after two records became one and after they were taken apart again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.merging import actions
from app.messages import links, planner
from app.messages.links import Purpose
from app.patients.reach import reach_of
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import Message, MessageState
from models.patient import Patient
from tests import builders as b
from tests.conftest import NOON
from tests.mails.stories import with_public_url
from tests.schedule.scenes import Scene, a_scene, book, days

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def scene(app: Flask, noon: datetime) -> Scene:
    """The record that goes has a visit, its mails wait."""
    with_public_url()
    made = a_scene()
    book(made.sessions[0], days(9), "10:00", NOON)
    with transaction():
        planner.plan_for(made.patient.id, NOON)
    return made


def kept(**changes: object) -> Patient:
    """Another record of the same person, with the same address."""
    return b.a_patient("Ayşe", "Yılmaz", **changes)


def reminder() -> Message:
    return db.session.query(Message).filter_by(subject_type="appointment", kind="reminder_1").one()


def join(one: Patient, other: Patient) -> int:
    with transaction():
        return actions.join(one.id, other.id, (), NOON).id


def test_what_waits_about_a_visit_is_written_to_the_record_that_stays(scene: Scene) -> None:
    stays = kept(email="kept@post.example")
    merge = join(stays, scene.patient)
    waiting = reminder()
    assert (waiting.patient_id, waiting.state) == (stays.id, MessageState.WAITING)
    assert reach_of(stays, b.TODAY).address == "kept@post.example"
    with transaction():
        actions.part(merge, LATER)
    assert (reminder().patient_id, reminder().state) == (scene.patient.id, MessageState.WAITING)


def a_link() -> str:
    """The path of a link to confirm the visit, as the reminder carries it."""
    with transaction():
        url = links.make(Purpose.CONFIRM, reminder(), NOON, appointment=db.session.query(Appointment).one())
    return str(url).removeprefix(links.public_url())


def test_a_link_that_was_sent_before_opens_while_they_are_one_and_afterwards(client: FlaskClient, scene: Scene) -> None:
    path, merge = a_link(), join(kept(), scene.patient)
    assert client.get(path).status_code == 200
    with transaction():
        actions.part(merge, LATER)
    client.post(path)
    assert db.session.query(Appointment).one().state is VisitState.CONFIRMED


def test_what_was_answered_while_they_were_one_stands_when_they_are_two_again(client: FlaskClient, scene: Scene) -> None:
    path, merge = a_link(), join(kept(), scene.patient)
    client.post(path)
    with transaction():
        actions.part(merge, LATER)
    visit = db.session.query(Appointment).one()
    assert (visit.state, visit.patient_id) == (VisitState.CONFIRMED, scene.patient.id)


def test_a_link_to_an_address_that_the_joined_record_has_not_opens_only_when_they_are_two_again(client: FlaskClient, scene: Scene) -> None:
    path, merge = a_link(), join(kept(email="kept@post.example"), scene.patient)
    assert client.get(path).status_code == 410
    with transaction():
        actions.part(merge, LATER)
    assert client.get(path).status_code == 200
