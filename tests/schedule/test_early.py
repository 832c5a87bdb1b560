"""A visit that has come to lie too early: it does not start until a physician lets it, and whoever treats reads why."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.schedule import flow
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.treatment import PlanChange
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, press, row, words
from tests.schedule.scenes import Scene, a_scene, at, book, days

WHY = "She flies home next week"


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene()


@pytest.fixture
def visit(scene: Scene, noon: datetime) -> Appointment:
    """The second session, today; the first was then done three days ago instead of a month ago."""
    builders.done(scene.sessions[0], days(-30))
    made = book(scene.sessions[1], TODAY, "12:00", noon - timedelta(hours=2))
    with transaction():
        first = scene.sessions[0]
        first.performed_on, first.performed_at, first.performed_end = days(-3), at(days(-3), "10:00"), at(days(-3), "10:30")
        flow.arrive(db.session.get_one(Appointment, made.id), noon - timedelta(minutes=30))
    return fresh(made)


def signed_in(client: FlaskClient, who: object) -> FlaskClient:
    builders.sign_in(client, who)
    return client


def test_who_treats_reads_how_early_it_is_and_that_the_physician_decides(scene: Scene, visit: Appointment, client: FlaskClient) -> None:
    said = row(signed_in(client, scene.nurse).get("/day"), visit)
    assert "Too early, 3 days after the last: the physician decides" in said
    press(client, visit, "in_treatment")
    assert fresh(visit).state is VisitState.ARRIVED
    assert client.get(f"/visits/{visit.id}/early").status_code == 403


def test_reception_reads_only_that_the_physician_decides(visit: Appointment, client: FlaskClient) -> None:
    said = row(signed_in(client, builders.a_receptionist()).get("/day"), visit)
    assert "Physician decides" in said
    assert "days after the last" not in said


def test_a_physician_lets_it_start_with_a_reason_that_is_kept(scene: Scene, visit: Appointment, client: FlaskClient) -> None:
    page = signed_in(client, scene.physician).get("/day")
    assert "Allow it" in row(page, visit)
    url = f"/visits/{visit.id}/early"
    assert "3 days. Its dates:" in words(client.get(url))
    refused = client.post(url, data={"seen": visit.version, "why": " "})
    assert refused.status_code == 422
    assert client.post(url, data={"seen": visit.version, "why": WHY}).status_code == 303
    [kept] = db.session.query(PlanChange).filter_by(what="allowed").all()
    assert (kept.why, kept.by_id) == (WHY, scene.physician.id)
    assert f"Too early, the physician allows it: {WHY}" in row(signed_in(client, scene.nurse).get("/day"), visit)
    press(client, fresh(visit), "in_treatment")
    assert fresh(visit).state is VisitState.IN_TREATMENT


def test_what_is_not_too_early_needs_no_leave(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    made = book(scene.sessions[0], TODAY, "12:30", noon)
    url = f"/visits/{made.id}/early"
    assert "Nothing in this visit is too early." in words(signed_in(client, scene.physician).get(url))
    assert client.post(url, data={"seen": made.version, "why": WHY}).status_code == 422
    assert db.session.query(PlanChange).filter_by(what="allowed").count() == 0


def test_two_physicians_do_not_decide_on_what_one_has_not_seen(scene: Scene, visit: Appointment, client: FlaskClient) -> None:
    url, seen = f"/visits/{visit.id}/early", visit.version
    signed_in(client, scene.physician).post(url, data={"seen": seen, "why": WHY})
    assert client.post(url, data={"seen": seen, "why": "Another"}).status_code == 409
    assert db.session.query(PlanChange).filter_by(what="allowed").count() == 1
