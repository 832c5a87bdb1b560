"""The plan page says what was written about each session and which visits were moved; after a pause what is left is placed anew."""

from __future__ import annotations

import re
from datetime import datetime

from flask.testing import FlaskClient

from app.patients.card import coming_visits, past_visits
from app.plans.health import holds
from app.plans.health.holds import Pause
from app.schedule import flow
from models.base import db, transaction
from models.patient import Patient
from tests import builders
from tests.plans.pages import send
from tests.schedule.pages import words
from tests.schedule.scenes import Scene, a_scene, at, book, days, move


def seen_by_the_physician(client: FlaskClient) -> Scene:
    scene = a_scene()
    builders.sign_in(client, scene.physician)
    return scene


def test_a_session_shows_the_mails_about_its_visit(client: FlaskClient, noon: datetime) -> None:
    scene = seen_by_the_physician(client)
    book(scene.sessions[0], days(3), "10:00", noon)
    page = words(client.get(f"/plan/{scene.plan.id}"))
    assert "mails 1" in page
    assert "Waiting" in page


def test_a_move_stands_among_the_changes_with_who_and_from_when_to_when(client: FlaskClient, noon: datetime) -> None:
    scene = seen_by_the_physician(client)
    visit = book(scene.sessions[0], days(3), "10:00", noon)
    move(visit, days(6), "14:00", noon)
    assert "Session 1 moved : Fri 4 Dec 10:00 → Mon 7 Dec 14:00" in words(client.get(f"/plan/{scene.plan.id}"))


def test_changes_of_one_moment_stand_in_the_order_in_which_they_followed_from_each_other_the_last_on_top(
    client: FlaskClient, noon: datetime
) -> None:
    scene = seen_by_the_physician(client)
    visit = book(scene.sessions[0], days(3), "10:00", noon)
    move(visit, days(6), "14:00", noon)
    with transaction():
        holds.hold(scene.plan, Pause(reason="travels"), noon)
    page = words(client.get(f"/plan/{scene.plan.id}"))
    told = page[page.index("Changes") :]
    order = [told.index(what) for what in ("Session 1 cancelled", "Session 1 moved", "Session 1 booked", "Paused")]
    assert order == sorted(order)


def test_after_a_pause_the_sessions_that_are_left_are_placed_anew(client: FlaskClient, noon: datetime) -> None:
    scene = seen_by_the_physician(client)
    book(scene.sessions[0], days(3), "10:00", noon)
    with transaction():
        held = holds.hold(scene.plan, Pause(reason="travels"), noon)
    answer = send(client, f"/holds/{held.id}/resume", "seen", why="is back")
    assert answer.location == f"/plan/{scene.plan.id}/book"
    page = words(client.get(answer.location))
    assert "The plan goes on." in page
    assert re.search("Book [0-9]+ session", page)


def test_who_is_here_now_is_not_someone_with_nothing_booked(client: FlaskClient, noon: datetime) -> None:
    scene = seen_by_the_physician(client)
    visit = book(scene.sessions[0], days(0), "12:30", noon)
    with transaction():
        flow.arrive(visit, at(days(0), "12:28"))
    patient = db.session.get_one(Patient, scene.patient.id)
    assert [one.id for one in coming_visits(patient, at(days(0), "12:45"))] == [visit.id]
    assert list(past_visits(patient, at(days(0), "12:45"))) == []
    assert "Nothing is booked." not in words(client.get(f"/patients/{patient.id}"))
