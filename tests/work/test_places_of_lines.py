"""Worklists of one place: its visits, courses, pauses and tasks; what belongs to no place stands on the lists of each."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import tasks
from app.work import queries
from app.work.courses import rows_on
from app.work.lists import Worklist
from models.base import db, transaction
from models.clinic import Location
from models.staff import Role
from models.task import TaskKind
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import words
from tests.schedule.scenes import Scene, a_scene, align, book, days

ROLES = ["reception"]


@pytest.fixture
def scene(app: Flask) -> Scene:
    return a_scene()


@pytest.fixture
def there(scene: Scene) -> int:
    """The second place, where the plan of the scene is."""
    with transaction():
        place = Location(name="Kadıköy")
        db.session.add(place)
        db.session.flush()
        scene.plan.location_id = place.id
    align(scene)
    return place.id


def test_a_course_to_book_stands_on_the_list_of_its_place(scene: Scene, there: int) -> None:
    assert [row.course.id for row in rows_on(Worklist.UNBOOKED, TODAY, there)] == [scene.course.id]
    assert rows_on(Worklist.UNBOOKED, TODAY, 1) == []
    assert [queries.counts(TODAY, ROLES, place)[Worklist.UNBOOKED] for place in (None, 1, there)] == [1, 0, 1]


def test_a_visit_to_confirm_stands_on_the_list_of_its_place(scene: Scene, there: int, noon: datetime) -> None:
    with transaction():
        scene.plan.location_id = 1
    visit = book(scene.sessions[0], days(1), "10:00", noon)
    assert [len(queries.visits(Worklist.UNCONFIRMED, TODAY, place)) for place in (None, 1, there)] == [1, 1, 0]
    with transaction():
        visit.location_id = there
    assert [len(queries.visits(Worklist.UNCONFIRMED, TODAY, place)) for place in (None, 1, there)] == [1, 0, 1]


def test_a_task_stands_where_its_patient_is_treated_and_of_who_is_not_everywhere(scene: Scene, there: int, noon: datetime) -> None:
    nobody = builders.a_patient("Yeni", "Hasta", phone="+905321114499")
    with transaction():
        for patient in (scene.patient, nobody):
            tasks.ask(TaskKind.CALL_PATIENT, patient, noon, patient_id=patient.id, due_on=TODAY, role=Role.RECEPTION)
    ids = [[task.patient_id for task in queries.tasks(Worklist.CALLS, TODAY, ROLES, place)] for place in (None, 1, there)]
    assert ids == [[scene.patient.id, nobody.id], [nobody.id], [scene.patient.id, nobody.id]]


def test_the_place_is_chosen_on_top_and_stays_in_the_ways_of_the_page(scene: Scene, there: int, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    page = client.get(f"/work?list=unbooked&place={there}")
    assert scene.patient.name in words(page)
    assert f'href="/work?list=unbooked&amp;place={there}#lines" aria-current="page">Kadıköy' in page.text
    assert f"/work/sheet?list=unbooked&amp;place={there}" in page.text
    assert scene.patient.name not in words(client.get("/work?list=unbooked&place=1"))
    assert scene.patient.name not in words(client.get("/work/sheet?list=unbooked&place=1"))


def test_a_clinic_with_one_place_is_not_asked(scene: Scene, client: FlaskClient) -> None:
    builders.sign_in(client, builders.a_receptionist())
    page = client.get("/work?list=unbooked")
    assert "All locations" not in page.text
    assert "place=" not in page.text
