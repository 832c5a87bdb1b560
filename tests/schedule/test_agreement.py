"""A time that the clinic chose is not agreed until the patient says so: on every page that shows the visit, and on the call list."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.messages import changes, outbox
from app.schedule import actions, undo
from app.schedule.free import resources
from app.schedule.move import moving
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.patient import Channel, Patient
from models.task import StaffTask, TaskKind
from tests import builders
from tests.schedule.pages import fresh, primary, row, words
from tests.schedule.scenes import Scene, a_scene, at, book, days, move


@pytest.fixture
def scene(noon: datetime, client: FlaskClient) -> Scene:
    made = a_scene()
    builders.sign_in(client, builders.a_receptionist())
    return made


def moved_by_us(scene: Scene, noon: datetime, to: int = 6) -> Appointment:
    visit = book(scene.sessions[0], days(3), "10:00", noon)
    return move(visit, days(to), "14:00", noon, asked_by=moving.CLINIC)


def lines() -> list[StaffTask]:
    db.session.expire_all()
    return db.session.query(StaffTask).filter_by(kind=TaskKind.NOT_AGREED).order_by(StaffTask.id).all()


def test_who_asked_decides_whether_a_new_time_is_agreed(scene: Scene, noon: datetime) -> None:
    visit = moved_by_us(scene, noon)
    assert not fresh(visit).agreed
    move(visit, days(7), "14:00", noon)
    assert fresh(visit).agreed
    (line,) = lines()
    assert line.closed_as == "over"


def test_day_visit_and_plan_say_that_it_is_not_agreed_and_one_press_agrees_it(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    visit = moved_by_us(scene, noon)
    day = client.get(f"/day/{days(6)}")
    assert "not agreed yet" in row(day, visit)
    assert primary(day, visit) == ["Agreed by phone"]
    assert "The patient has not said yet that the new time suits." in words(client.get(f"/visits/{visit.id}"))
    assert "moved by us, not agreed yet" in words(client.get(f"/plan/{scene.plan.id}"))
    answer = client.post(f"/visits/{visit.id}/agreed", follow_redirects=True)
    assert "the time is agreed" in words(answer)
    assert "not agreed yet" not in row(client.get(f"/day/{days(6)}"), visit)
    assert [line.closed_as for line in lines()] == ["agreed"]


def test_agreed_by_mistake_is_taken_back_and_asked_again(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    visit = moved_by_us(scene, noon)
    client.post(f"/visits/{visit.id}/agreed")
    client.post(f"/visits/{visit.id}/agreed", data={"undo": "1"})
    assert not fresh(visit).agreed
    assert [line.closed_at is None for line in lines()] == [False, True]


def test_the_call_waits_two_days_for_an_answer_but_never_beyond_the_day_before(scene: Scene, noon: datetime) -> None:
    moved_by_us(scene, noon)
    assert lines()[0].due_on == days(2)
    other = book(scene.sessions[1], days(41), "10:00", noon)
    move(other, days(42), "14:00", at(days(41), "08:00"), asked_by=moving.CLINIC)
    assert lines()[1].due_on == days(41)


def test_the_patient_who_confirms_has_agreed(scene: Scene, noon: datetime) -> None:
    visit = moved_by_us(scene, noon)
    with transaction():
        actions.confirm(visit, noon, by_patient=True)
    assert fresh(visit).agreed
    assert [line.closed_as for line in lines()] == ["agreed"]


def test_a_move_taken_back_is_as_agreed_as_it_was_before(scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(3), "10:00", noon)
    with transaction():
        told = changes.open_set(scene.patient.id, noon)
        actions.move(visit, resources.wanted(days(6), 840), told, noon, asked_by=moving.CLINIC)
    with transaction():
        undo.take_back(told, noon)
    assert fresh(visit).agreed
    assert [line.closed_at is not None for line in lines()] == [True]


def test_on_the_call_list_a_line_is_ended_by_agreeing_and_not_by_reaching(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    visit = moved_by_us(scene, noon)
    with clock.set_to(noon + timedelta(days=2)):
        builders.sign_in(client, builders.a_receptionist("Zehra Ay"))
        (line,) = lines()
        page = client.get("/work?list=calls")
        assert "We changed this visit and have no answer: ask whether it suits" in words(page)
        assert "geliş saati 14:00" in words(page)
        client.post(f"/work/{line.id}", data={"result": "reached", "list": "calls"})
        assert lines()[0].closed_at is None
        client.post(f"/work/{line.id}", data={"result": "no_answer", "list": "calls"})
        assert lines()[0].attempts == 1
        client.post(f"/work/{line.id}/agreed", data={"list": "calls"})
    assert fresh(visit).agreed
    assert lines()[0].closed_as == "agreed"


def test_who_reads_no_mail_agrees_in_the_call_that_tells_of_the_move(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    with transaction():
        db.session.get_one(Patient, scene.patient.id).channel = Channel.PHONE
    visit = moved_by_us(scene, noon - timedelta(hours=1))
    outbox.claim_next(noon, "tester")
    (call,) = (one for one in db.session.query(StaffTask).filter_by(kind="call_line") if one.facts["about"] in ("moved", "booked"))
    assert "Agreed by phone" in words(client.get("/work?list=calls"))
    client.post(f"/work/{call.id}/agreed", data={"list": "calls"})
    assert fresh(visit).agreed
    assert db.session.get_one(StaffTask, call.id).closed_as == "agreed"
