"""What a protocol wants measured some days after a session stands on the worklist until it is written down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.outcomes.watch import ask_for_outcomes
from models.base import db, transaction
from models.patient import Patient
from models.task import StaffTask, TaskKind
from tests import builders
from tests.builders import TODAY
from tests.outcomes.test_outcomes import write
from tests.schedule.pages import words
from tests.schedule.scenes import Scene, a_scene

SAID = "Some days after the session: ask and measure how the course stands"


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    """A PRP series that was over ninety days ago: hair density and the patient's word are due."""
    made = a_scene()
    for n, session in enumerate(made.course.sessions):
        builders.done(session, TODAY - timedelta(days=150 - 30 * n))
    return made


def look(now: datetime) -> int:
    with transaction():
        return ask_for_outcomes(now)


def lines() -> list[StaffTask]:
    return db.session.query(StaffTask).filter_by(kind=TaskKind.OUTCOME_DUE, closed_at=None).all()


def test_it_stands_there_once_for_those_who_treat_and_leads_to_its_form(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    assert (look(noon), look(noon)) == (1, 0)
    builders.sign_in(client, scene.nurse)
    page = client.get("/work?list=other")
    assert SAID in words(page)
    assert f'href="/courses/{scene.course.id}/outcomes?back=/work?list%3Dother"' in page.text
    builders.sign_in(client, builders.a_receptionist())
    assert SAID not in words(client.get("/work?list=other"))


def test_it_goes_once_everything_is_written_down_and_is_not_asked_again(scene: Scene, client: FlaskClient, noon: datetime) -> None:
    look(noon)
    builders.sign_in(client, scene.nurse)
    write(client, scene.course, hair_density_per_cm2="150")
    assert len(lines()) == 1, "the patient's word is still due"
    write(client, scene.course, gais_patient="2", form_token="b" * 32)
    assert (lines(), look(noon)) == ([], 0)


def test_nobody_is_asked_a_day_before_nor_about_who_has_died(scene: Scene, noon: datetime) -> None:
    assert look(noon - timedelta(days=1)) == 0
    with transaction():
        patient = db.session.get_one(Patient, scene.patient.id)
        patient.deceased_on = TODAY
    assert look(noon) == 0
