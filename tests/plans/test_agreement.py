"""How many of the agreed sessions are used up: what counts by itself, what staff says about it, and where it stands."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.schedule import flow
from app.series import agreement
from app.series.reading import read
from models.agreement import AgreementWord
from models.appointment import Appointment
from models.base import db, transaction
from models.treatment import Course
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, row, words
from tests.schedule.scenes import Scene, a_scene, align, at, book, days


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    """Two sessions were agreed."""
    made = a_scene()
    with transaction():
        db.session.get_one(Course, made.course.id).agreed_sessions = 2
    align(made)
    return made


@pytest.fixture
def desk(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, builders.a_receptionist())
    return client


def did_not_come(scene: Scene, noon: datetime) -> Appointment:
    visit = book(scene.sessions[0], TODAY, "10:00", noon - timedelta(days=1))
    with transaction():
        flow.no_show(db.session.get_one(Appointment, visit.id), noon)
    return fresh(visit)


def used(scene: Scene) -> int:
    db.session.expire_all()
    cached = db.session.get_one(Course, scene.course.id)
    found = agreement.balance(read(cached, TODAY))
    assert found is not None
    assert cached.agreed_used == found.used
    return found.used


def say(client: FlaskClient, scene: Scene, counts: str, why: str = "As agreed", visit: Appointment | None = None) -> TestResponse:
    db.session.expire_all()
    fields = {"seen": scene.plan.version, "session": scene.sessions[0].id, "visit": visit.id if visit else "", "counts": counts, "why": why}
    return client.post(f"/course/{scene.course.id}/agreement", data=fields)


def test_a_session_that_was_done_counts_and_a_no_show_does_not(scene: Scene, noon: datetime) -> None:
    did_not_come(scene, noon)
    assert used(scene) == 0
    builders.done(scene.sessions[1], days(-30))
    align(scene)
    assert used(scene) == 1


def test_one_that_was_too_early_does_not_count(scene: Scene) -> None:
    builders.done(scene.sessions[0], days(-30))
    builders.done(scene.sessions[1], days(-28))
    align(scene)
    assert used(scene) == 1


def test_staff_lets_a_no_show_count_with_a_reason_and_takes_it_back(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = did_not_come(scene, noon)
    assert say(desk, scene, "y", "Second time, was told", visit).status_code == 303
    assert used(scene) == 1
    page = words(desk.get(f"/course/{scene.course.id}/agreement"))
    assert "2 agreed, 1 used, 1 left" in page
    assert "did not come yes Deniz Ak, Tue 1 Dec 12:00: Second time, was told" in page
    say(desk, scene, "n", "Was ill after all", visit)
    assert used(scene) == 0
    assert db.session.query(AgreementWord).count() == 2


def test_the_no_show_still_counts_when_the_session_is_done_later(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    say(desk, scene, "y", visit=did_not_come(scene, noon))
    builders.done(scene.sessions[0], TODAY)
    align(scene)
    assert used(scene) == 2


def test_without_a_reason_nothing_is_decided(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = did_not_come(scene, noon)
    answer = say(desk, scene, "y", " ", visit)
    assert answer.status_code == 422
    assert "Why: Please fill this in." in words(answer)
    assert used(scene) == 0


def test_a_no_show_that_was_taken_back_cannot_be_decided(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = did_not_come(scene, noon)
    with transaction():
        flow.step_back(db.session.get_one(Appointment, visit.id), noon)
    assert "has changed since the page was opened" in words(say(desk, scene, "y", visit=visit))


def test_plan_and_patient_show_the_balance(scene: Scene, desk: FlaskClient) -> None:
    builders.done(scene.sessions[0], days(-30))
    align(scene)
    for url in (f"/plan/{scene.plan.id}", f"/patients/{scene.patient.id}"):
        assert "2 agreed, 1 used, 1 left" in words(desk.get(url))


def test_the_day_says_when_none_is_left_and_hinders_nothing(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "14:00", noon)
    assert "agreed sessions used up" not in row(desk.get("/day"), visit)
    with transaction():
        db.session.get_one(Course, scene.course.id).agreed_sessions = 1
    say_done = builders.done(scene.sessions[1], days(-60))
    align(scene)
    assert say_done.performed_on == days(-60)
    page = desk.get("/day")
    assert "agreed sessions used up" in row(page, visit)
    assert "Arrived" in row(page, visit)
    assert at(TODAY, "14:00") == visit.starts_at


def test_a_manager_decides_nothing_here(scene: Scene, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_manager())
    assert client.get(f"/course/{scene.course.id}/agreement").status_code == 403
