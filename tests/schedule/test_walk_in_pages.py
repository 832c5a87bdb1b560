"""Somebody who is here without a visit: one form, and they stand in the day."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.appointment import Appointment, VisitKind, VisitState
from models.base import db, transaction
from models.clinic import OpeningHours
from models.message import Message
from models.patient import Patient
from tests.schedule.pages import token, words
from tests.schedule.scenes import Scene


def comes(desk: FlaskClient, **typed: str) -> TestResponse:
    """Name, telephone and reason, sent."""
    values = {"form_token": token(desk.get("/walk-in")), "name": "şule öztürk", "phone": "0532 111 44 13", "reason": "A red spot",
              "kind": "consultation"}  # fmt: skip
    return desk.post("/walk-in", data=values | typed)


def test_a_walk_in_is_a_patient_and_an_arrived_visit(scene: Scene, desk: FlaskClient) -> None:
    answer = comes(desk)
    [visit] = db.session.query(Appointment).all()
    assert answer.location == f"/day/2026-12-01#v{visit.id}"
    assert (visit.state, visit.kind, visit.note) == (VisitState.ARRIVED, VisitKind.CONSULTATION, "A red spot")
    assert (visit.patient.phone, visit.patient.last_name.casefold()) == ("+905321114413", "öztürk")
    assert "The next free gap: 12:00." in words(desk.get("/day"))
    assert db.session.query(Message).filter_by(kind="booked").count() == 0


def test_sent_twice_it_is_one_patient(scene: Scene, desk: FlaskClient) -> None:
    handle = token(desk.get("/walk-in"))
    comes(desk, form_token=handle)
    comes(desk, form_token=handle)
    assert db.session.query(Patient).count() == 2


def test_a_name_that_is_known_asks_which_person_it_is(scene: Scene, desk: FlaskClient) -> None:
    answer = comes(desk, name="Ayse Yilmaz", phone="")
    assert answer.status_code == 422
    assert "1 patient has this name or telephone. Which?" in words(answer)
    assert db.session.query(Appointment).count() == 0
    comes(desk, name="Ayse Yilmaz", phone="", same=str(scene.patient.id))
    assert [visit.patient_id for visit in db.session.query(Appointment)] == [scene.patient.id]


def test_somebody_else_of_the_same_name_is_a_new_patient(scene: Scene, desk: FlaskClient) -> None:
    comes(desk, name="Ayşe Yılmaz", phone="", same="new")
    assert db.session.query(Patient).count() == 2


@pytest.mark.parametrize("typed", [{"name": ""}, {"name": "x" * 10_000}, {"phone": "12"}, {"name": "A\r\nBcc: x"}, {"kind": "treatment"}])
def test_bad_input_is_said_beside_its_field(scene: Scene, desk: FlaskClient, typed: dict[str, str]) -> None:
    answer = comes(desk, **typed)
    assert answer.status_code == 422
    assert "A red spot" in answer.text
    assert db.session.query(Appointment).count() == 0


def test_when_no_gap_is_free_the_visit_stands_beside_the_others(scene: Scene, desk: FlaskClient) -> None:
    with transaction():
        db.session.query(OpeningHours).delete()
    comes(desk)
    assert "No gap is free today." in words(desk.get("/day"))
    assert db.session.query(Appointment).count() == 1
