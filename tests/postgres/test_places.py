"""A clinic with two places, asked of PostgreSQL: hours, claims, worklists and mails are each of their place."""

from __future__ import annotations

from datetime import datetime, time

import pytest
from flask import Flask

from app.errors import Refused
from app.messages.letter.place import place_of
from app.schedule.day.gaps import gaps_on
from app.work import queries
from app.work.courses import rows_on
from app.work.lists import Worklist
from models.base import db, transaction
from models.clinic import Device, Location, OpeningHours, Room
from models.message import Message
from models.staff import WorkingHours
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import words
from tests.schedule.scenes import ISTANBUL, Scene, a_scene, another_patient, book, days

pytestmark = pytest.mark.postgres


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
        db.session.add_all(OpeningHours(location_id=place.id, weekday=day, opens=time(9), closes=time(18)) for day in range(6))
        db.session.add_all([Room(location_id=place.id, name="Oda 9", kinds=["procedure", "consultation"]),
                            Device(location_id=place.id, name="Santrifüj 2", kind="centrifuge")])  # fmt: skip
        scene.plan.location_id = place.id
    return place.id


def test_nobody_is_at_two_places_at_once(scene: Scene, there: int, noon: datetime) -> None:
    book(scene.sessions[0], days(1), "10:00", noon)
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    with pytest.raises(Refused):
        book(course.sessions[0], days(1), "10:00", noon)
    assert book(course.sessions[0], days(1), "13:00", noon).location_id == builders.the_location().id


def test_hours_of_a_place_count_there_alone(scene: Scene, there: int, noon: datetime) -> None:
    with transaction():
        hours = WorkingHours(location_id=there, weekday=days(1).weekday(), starts=time(10), ends=time(12))
        scene.physician.hours.append(hours)
    assert gaps_on(days(1), there, ISTANBUL, noon).staff[scene.physician.id] == [(600, 720)]
    assert not any(start < 720 and end > 600 for start, end in gaps_on(days(1), 1, ISTANBUL, noon).staff[scene.physician.id])


def test_lists_and_mails_are_of_the_place(scene: Scene, there: int, noon: datetime) -> None:
    assert [row.course.id for row in rows_on(Worklist.UNBOOKED, TODAY, there)] == [scene.course.id]
    assert [queries.counts(TODAY, ["reception"], place)[Worklist.UNBOOKED] for place in (1, there)] == [0, 1]
    for kind in Worklist:
        assert queries.counts(TODAY, ["reception"], there)[kind] >= 0
    visit = book(scene.sessions[0], days(1), "10:00", noon)
    about = {"appointment": visit.id, "course": scene.course.id, "treatment_plan": scene.plan.id, "treatment_session": scene.sessions[0].id}
    for subject, key in about.items():
        asked = Message(kind="reminder", subject_type=subject, subject_id=key, patient_id=scene.patient.id, facts={})
        assert place_of(asked, noon).id == there


def test_the_day_shows_one_place(scene: Scene, there: int, app: Flask, noon: datetime) -> None:
    book(scene.sessions[0], days(1), "10:00", noon)
    client = app.test_client()
    builders.sign_in(client, scene.physician)
    assert scene.patient.name in words(client.get(f"/day/{days(1)}?place={there}"))
    assert scene.patient.name not in words(client.get(f"/day/{days(1)}?place=1"))
    assert scene.patient.name in words(client.get(f"/week/{days(1)}?place={there}&of=all"))
