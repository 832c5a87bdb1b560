"""A series at the second place of a clinic: its times, its day and its mails are of that place, and nobody is at two at once."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.planning.resources import Kind
from app.replanning.watch import ask_about_unfit
from app.schedule.day.gaps import gaps_on
from app.schedule.free import resources
from models.base import db, transaction
from models.clinic import Closure, Device, Location, OpeningHours, Room
from models.staff import WorkingHours
from models.task import StaffTask
from tests import builders
from tests.builders import the_location
from tests.journeys.test_main_job import job, mails
from tests.journeys.test_main_job import words as said
from tests.schedule.pages import words
from tests.schedule.scenes import ISTANBUL, Scene, a_scene, at, book, days, minute

TEN, HALF_PAST_ELEVEN = 600, 690


@pytest.fixture
def scene(app: Flask) -> Scene:
    """The patient's plan is at the second place."""
    found = a_scene()
    with transaction():
        place = Location(name="Kadıköy", address="Moda Cad. 5", phone="+902165550199", reply_address="moda@klinik.example",
                         sender_name="Klinik Kadıköy")  # fmt: skip
        db.session.add(place)
        db.session.flush()
        db.session.add_all(OpeningHours(location_id=place.id, weekday=day, opens=time(9), closes=time(18)) for day in range(6))
        db.session.add_all([Room(location_id=place.id, name="Oda 9", kinds=["procedure", "consultation"]),
                            Device(location_id=place.id, name="Santrifüj 2", kind="centrifuge")])  # fmt: skip
        found.plan.location_id = place.id
    return found


@pytest.fixture
def kadikoy(scene: Scene) -> Location:
    return db.session.query(Location).filter_by(name="Kadıköy").one()


def test_the_mails_of_a_visit_come_from_its_place(scene: Scene, kadikoy: Location, noon: datetime) -> None:
    book(scene.sessions[0], days(3), "10:00", noon)
    later = noon + timedelta(minutes=5)
    job("plan_messages", later)
    job("send_due_messages", later)
    sent = mails()
    assert sent
    for mail in sent:
        assert "Moda Cad. 5" in said(mail)
        assert "Teşvikiye" not in said(mail)
        assert "+90 216 555 01 99" in said(mail)
        assert mail["reply-to"] == "moda@klinik.example"
        assert "Klinik Kadıköy" in str(mail["from"])


def test_its_day_shows_it_and_the_other_does_not(scene: Scene, client: FlaskClient, kadikoy: Location, noon: datetime) -> None:
    book(scene.sessions[0], days(1), "10:00", noon)
    builders.sign_in(client, builders.a_receptionist())
    assert scene.patient.name in words(client.get(f"/day/{days(1)}?place={kadikoy.id}"))
    assert scene.patient.name not in words(client.get(f"/day/{days(1)}?place={the_location().id}"))


def test_whoever_treats_there_is_not_free_at_the_other_place_meanwhile(scene: Scene, kadikoy: Location, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "10:00", noon)
    [(starts, ends)] = [(one.starts_at, one.ends_at) for one in visit.claims if one.staff_id == scene.physician.id]
    for place in (the_location(), kadikoy):
        free = gaps_on(days(1), place.id, ISTANBUL, noon).staff[scene.physician.id]
        assert all(at(days(1), _clock(end)) <= starts or ends <= at(days(1), _clock(start)) for start, end in free)


def test_the_hours_of_one_place_end_those_at_the_other(scene: Scene, kadikoy: Location, noon: datetime) -> None:
    with transaction():
        hours = WorkingHours(location_id=kadikoy.id, weekday=days(1).weekday(), starts=time(10), ends=time(11, 30))
        scene.physician.hours.append(hours)
    here, there = (gaps_on(days(1), place.id, ISTANBUL, noon).staff[scene.physician.id] for place in (the_location(), kadikoy))
    assert there == [(TEN, HALF_PAST_ELEVEN)]
    assert not any(start < HALF_PAST_ELEVEN and end > TEN for start, end in here)
    planned = resources.diary(the_location(), days(1), days(1)).resources.people
    spans = next(one.hours[days(1)] for one in planned if one.id == scene.physician.id)
    assert list(spans) == [(minute("09:00"), TEN), (HALF_PAST_ELEVEN, spans[-1][1])]


def test_a_closed_day_of_one_place_moves_nobody_of_the_other(scene: Scene, client: FlaskClient, kadikoy: Location, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "10:00", noon)
    with transaction():
        db.session.add(Closure(location_id=the_location().id, day=days(1), why=""))
        assert ask_about_unfit(noon) == 0
    with transaction():
        db.session.add(Closure(location_id=kadikoy.id, day=days(1), why=""))
        assert ask_about_unfit(noon) == 1
    assert db.session.query(StaffTask).one().subject_id == visit.id
    builders.sign_in(client, builders.a_receptionist())
    page = client.get("/replan")
    assert scene.patient.name in words(page)
    assert f'href="/replan?place={kadikoy.id}" aria-current="page"' in page.text
    assert scene.patient.name not in words(client.get(f"/replan?place={the_location().id}"))


def test_every_claim_of_its_room_is_of_its_place(scene: Scene, kadikoy: Location, noon: datetime) -> None:
    book(scene.sessions[0], days(1), "10:00", noon)
    busy = resources.diary(kadikoy, days(1), days(1)).busy
    rooms = {key for kind, key in busy if kind is Kind.ROOM}
    assert rooms == {db.session.query(Room).filter_by(name="Oda 9").one().id}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
