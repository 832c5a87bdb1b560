"""A practitioner who runs late: who waits, until when, whom to call first; nothing is written, nothing clinical is said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.schedule import flow
from app.schedule.late import deciding
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.clinic import Room
from models.message import Message
from models.staff import StaffMember
from tests import builders
from tests.builders import TODAY
from tests.schedule import pages
from tests.schedule.scenes import Scene, another_patient, at, book


@pytest.fixture
def day(scene: Scene) -> list[Appointment]:
    """Ayşe is being treated since 14:10 instead of 14:00; Mehmet is booked for 15:00, Can for 15:30, Oya much later."""
    people = [scene.patient, another_patient("Mehmet", 1), another_patient("Can", 2), another_patient("Oya", 3)]
    times = ["14:00", "15:00", "15:30", "17:00"]
    minutes = [60, 30, 30, 30]
    visits = [
        builders.a_visit(who, at(TODAY, time), performer=scene.physician, kind="consultation", minutes=long, hands_on_minutes=long)
        for who, time, long in zip(people, times, minutes, strict=True)
    ]
    with transaction():
        flow.arrive(visits[0], at(TODAY, "13:55"))
        flow.start(visits[0], at(TODAY, "14:10"))
    return visits


def look(desk: FlaskClient, scene: Scene, moment: str, minutes: str = "") -> str:
    with clock.set_to(at(TODAY, moment)):
        builders.sign_in(desk, db.session.query(StaffMember).filter_by(name="Deniz Ak").one())
        return pages.words(desk.get(f"/day/running-late/{scene.physician.id}?minutes={minutes}"))


def test_the_minutes_follow_from_who_is_in_treatment(day: list[Appointment], scene: Scene, desk: FlaskClient) -> None:
    said = look(desk, scene, "14:20")
    assert "Reckoned from Ayşe Yılmaz, who is now: T In treatment 10 min behind" in said
    assert "15:10 +10 min" in said
    assert "15:40 +10 min" in said


def test_what_somebody_in_the_room_says_counts_more(day: list[Appointment], scene: Scene, desk: FlaskClient) -> None:
    said = look(desk, scene, "14:20", "40")
    assert "15:40 +40 min" in said
    assert "16:10 +40 min" in said
    assert said.index("Call 1.") < said.index("Call 2.") < said.index("as planned"), "the one who sets off first is called first"
    assert "Call 3." not in said, "a free hour took up the rest"


def test_the_sentence_is_in_the_language_of_whoever_is_called(day: list[Appointment], scene: Scene, desk: FlaskClient) -> None:
    with transaction():
        day[2].patient.language = "en"
    said = look(desk, scene, "14:20", "27")
    assert "Mehmet Kaya, bugün gecikmeyle ilerliyoruz. Lütfen 15:00 yerine 15:25 saatinde gelin." in said
    assert "Can Kaya, we are running late today. Please come at 15:55 instead of 15:30." in said
    assert "+90 532 111 44 01" in said


def test_who_is_here_already_is_told_here(day: list[Appointment], scene: Scene, desk: FlaskClient) -> None:
    with transaction():
        flow.arrive(day[1], at(TODAY, "14:50"))
    said = look(desk, scene, "15:20")
    assert "Mehmet Kaya" in said
    assert "Tell them here" in said
    assert "15:00 hands-on 15:00 15:20 +20 min hands-on" in said, "the planned beside the expected"
    assert said.count("Call 1.") == 1


def test_who_came_late_and_goes_on_in_another_room_makes_nobody_wait_twice(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    first = book(scene.sessions[0], TODAY, "12:30", noon, performer=scene.physician)
    with transaction():
        flow.arrive(first, at(TODAY, "12:47"))
    assert "17 min behind" in look(desk, scene, "12:48")
    with transaction():
        other = next(one for one in db.session.query(Room) if one.id != first.room_id and "procedure" in one.kinds)
        deciding.in_room(first, other.id, at(TODAY, "12:48"))
    assert "0 min behind" in look(desk, scene, "12:49")


def test_another_practitioner_who_is_late_alone_is_not_named(scene: Scene, day: list[Appointment], desk: FlaskClient) -> None:
    ali = builders.a_physician("Dr. Ali Er")
    waiting = builders.a_visit(another_patient("Elif", 4), at(TODAY, "14:00"), performer=ali, kind="consultation", hands_on_minutes=60)
    with transaction():
        flow.arrive(waiting, at(TODAY, "13:55"))
    assert "Elif" not in look(desk, scene, "14:40")


def test_a_number_that_is_none_is_asked_for_again(scene: Scene, desk: FlaskClient, day: list[Appointment]) -> None:
    answer = desk.get(f"/day/running-late/{scene.physician.id}?minutes=soon")
    assert answer.status_code == 422
    assert "Enter a whole number from 0 to 300." in pages.words(answer)
    assert 'value="soon"' in answer.text


def test_nothing_is_mailed_and_nothing_changes_by_looking(day: list[Appointment], scene: Scene, desk: FlaskClient) -> None:
    before, mails = [visit.version for visit in day], db.session.query(Message).count()
    look(desk, scene, "14:20", "60")
    assert [pages.fresh(visit).version for visit in day] == before
    assert db.session.query(Message).count() == mails


def test_the_heading_of_todays_group_leads_there_and_that_of_another_day_does_not(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    builders.a_visit(scene.patient, at(TODAY, "15:00"), performer=scene.physician, kind="consultation")
    builders.a_visit(scene.patient, at(TODAY + timedelta(days=1), "15:00"), performer=scene.physician, kind="consultation")
    assert f"/day/running-late/{scene.physician.id}" in desk.get("/day").text
    assert "/day/running-late/" not in desk.get("/day/2026-12-02").text


def test_where_nobody_is_left_it_says_so(scene: Scene, desk: FlaskClient) -> None:
    said = pages.words(desk.get(f"/day/running-late/{scene.physician.id}"))
    assert "No patient of Dr. Burcu Çelen has still to be treated today." in said


def test_who_treats_nobody_here_is_not_found(desk: FlaskClient) -> None:
    assert desk.get("/day/running-late/999").status_code == 404
