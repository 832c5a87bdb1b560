"""Every date of a plan as one text to be pasted into a chat: the reader's language, no word of what is treated."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from models import clock
from models.base import db, transaction
from models.patient import Patient
from tests import builders
from tests.schedule.scenes import Scene, a_scene, book, days


@pytest.fixture
def scene(noon: datetime, client: FlaskClient) -> Scene:
    """A running course with two visits, seen by reception."""
    made = a_scene()
    with transaction():
        db.session.get_one(Patient, made.patient.id).language = "en"
    builders.sign_in(client, builders.a_receptionist())
    book(made.sessions[0], days(2), "12:30", noon)
    book(made.sessions[1], days(34), "10:00", noon)
    return made


def text_of(client: FlaskClient, scene: Scene) -> str:
    page = client.get(f"/plan/{scene.course.plan_id}").text
    return page.partition('id="dates" class="callout">')[2].partition("</p>")[0]


def test_every_date_to_come_stands_in_one_text(client: FlaskClient, scene: Scene) -> None:
    first, *dates, last = text_of(client, scene).split("\n")
    assert first == "Ayşe Yılmaz, your appointments:"
    assert dates == ["• Thursday 3 December, please come at 12:30", "• Monday 4 January, please come at 10:00"]
    assert last == "If one of them does not suit you, please call +90 212 000 00 00. Ege Klinik"


def test_it_speaks_the_language_of_the_patient(client: FlaskClient, scene: Scene) -> None:
    with transaction():
        db.session.get_one(Patient, scene.patient.id).language = "tr"
    assert "randevularınız" in text_of(client, scene)


def test_a_date_that_has_passed_or_was_cancelled_is_left_out(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    with clock.set_to(noon + timedelta(days=10)):
        builders.sign_in(client, builders.a_nurse("Can Er", email="can@ege.example"))
        assert text_of(client, scene).count("•") == 1
    with clock.set_to(noon + timedelta(days=60)):
        builders.sign_in(client, builders.a_nurse("Su Ok", email="su@ege.example"))
        assert text_of(client, scene) == ""
