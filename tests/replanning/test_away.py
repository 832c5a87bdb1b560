"""Whoever is at the desk enters that somebody is away, and sees at once where their visits could go."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.base import db, transaction
from models.patient import Patient
from models.staff import Absence
from tests import builders
from tests.schedule.pages import fresh, token, words
from tests.schedule.scenes import Scene, a_scene, book, days


@pytest.fixture
def scene(noon: datetime, client: FlaskClient) -> Scene:
    """One physician with a visit tomorrow and one in a month, seen by reception."""
    made = a_scene()
    builders.sign_in(client, builders.a_receptionist())
    return made


def enter(client: FlaskClient, scene: Scene, first: str, last: str = "", person: str | None = None) -> TestResponse:
    page = client.get("/replan")
    who = str(scene.physician.id) if person is None else person
    fields = {"form_token": token(page), "person": who, "first": first, "last": last}
    return client.post("/replan/away", data=fields, follow_redirects=True)


def test_the_absence_is_saved_and_the_visits_are_shown_but_stay(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(3), "10:00", noon)
    page = words(enter(client, scene, str(days(3)), str(days(6))))
    assert "Nobody can be booked with Dr. Burcu Çelen in that time." in page
    assert "1 visit · 1 with a new place" in page
    assert "nobody works overtime" in page
    assert fresh(visit).local_day == days(3)
    absence = db.session.query(Absence).one()
    assert (absence.first_day, absence.last_day) == (days(3), days(6))


def test_it_is_taken_back_with_one_press(client: FlaskClient, scene: Scene) -> None:
    enter(client, scene, str(days(3)))
    key = db.session.query(Absence).one().id
    assert "The absence is removed." in words(client.post("/replan/not-away", data={"absence": key}, follow_redirects=True))
    assert db.session.query(Absence).count() == 0
    assert "This absence was removed already." in words(client.post("/replan/not-away", data={"absence": key}, follow_redirects=True))


def test_after_signing_in_anew_it_is_said_who_can_remove_it(client: FlaskClient, scene: Scene) -> None:
    enter(client, scene, str(days(3)))
    key = db.session.query(Absence).one().id
    client.post("/sign-out")
    builders.sign_in(client, builders.a_receptionist("Zehra Ay"))
    answer = words(client.post("/replan/not-away", data={"absence": key}, follow_redirects=True))
    assert "Only an absence that you entered here since you signed in can be taken back here." in answer
    assert db.session.query(Absence).count() == 1


def test_only_an_absence_entered_here_can_be_taken_back_not_one_that_others_settled(client: FlaskClient, scene: Scene) -> None:
    with transaction():
        holiday = Absence(staff_id=scene.physician.id, first_day=days(10), last_day=days(20), why="Holiday")
        db.session.add(holiday)
    client.post("/replan/not-away", data={"absence": holiday.id})
    enter(client, scene, str(days(3)))
    mine = db.session.query(Absence).filter_by(first_day=days(3)).one().id
    assert client.post("/replan/not-away", data={"absence": mine}).status_code == 303
    assert [absence.id for absence in db.session.query(Absence)] == [holiday.id]


@pytest.mark.parametrize(
    ("first", "last", "person", "said"),
    [
        ("2026-12-04", "2026-12-03", None, "The last day must not be before the first."),
        ("soon", "", None, "Enter a day that exists"),
        ("2026-12-04", "", "", "Please fill this in."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_saved(
    client: FlaskClient, scene: Scene, first: str, last: str, person: str | None, said: str
) -> None:
    assert said in words(enter(client, scene, first, last, person))
    assert db.session.query(Absence).count() == 0


def test_visits_of_the_next_day_stand_first_under_their_own_heading(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    book(scene.sessions[0], days(1), "10:00", noon)
    page = words(enter(client, scene, str(days(0)), str(days(6))))
    assert "Call these first: they begin within 24 hours" in page
    assert "The others" not in page


def test_an_absence_over_everyone_says_what_is_impossible_and_what_would_help(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    book(scene.sessions[0], days(3), "10:00", noon)
    page = words(enter(client, scene, str(days(0)), str(days(300))))
    assert "1 visit · 0 with a new place · 1 to the worklist" in page
    assert "None of these visits can be placed elsewhere." in page
    assert "somebody else with the skills, longer hours, or a shorter absence" in page
    assert "Look for a time outside the window" in page


def test_how_the_patients_hear_of_it_is_said_before(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    book(scene.sessions[0], days(3), "10:00", noon)
    page = words(enter(client, scene, str(days(3))))
    assert "1 patient gets one mail, 10 minutes after “Apply”." in page
    with transaction():
        db.session.get_one(Patient, scene.patient.id).email = ""
    page = words(client.get("/replan"))
    assert "1 patient gets one message each, 10 minutes after “Apply”: 0 by mail, the others by telephone." in page
