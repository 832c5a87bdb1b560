"""No visit within a day is cancelled by the clinic without a call, whatever cancels it; and the call ends where it should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app import tasks
from app.messages import outbox
from app.patients import actions as patients
from app.plans import life
from app.plans.health import evaluations, findings, holds
from app.plans.health.findings import NewFinding
from app.plans.health.holds import Pause
from app.schedule import actions, undo
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import ChangeSet
from models.patient import Channel, Patient
from models.task import StaffTask, TaskKind
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import Scene, a_scene, book, days


@pytest.fixture
def scene(noon: datetime, client: FlaskClient) -> Scene:
    made = a_scene()
    builders.sign_in(client, builders.a_receptionist())
    return made


def lines() -> list[StaffTask]:
    db.session.expire_all()
    return db.session.query(StaffTask).filter_by(kind=TaskKind.CANCELLED_SOON).order_by(StaffTask.id).all()


def by_hand(visit: Appointment, _scene: Scene, now: datetime) -> None:
    actions.cancel(visit, now, by_patient=False, why="flood")


def by_hold(_visit: Appointment, scene: Scene, now: datetime) -> None:
    holds.hold(scene.plan, Pause(reason="travels"), now)


def by_hold_of_a_course(_visit: Appointment, scene: Scene, now: datetime) -> None:
    holds.hold(scene.plan, Pause(reason="travels"), now, course=scene.course)


def by_finding(_visit: Appointment, scene: Scene, now: datetime) -> None:
    findings.add(scene.patient, NewFinding("pregnant", TODAY), now)


def by_closing(_visit: Appointment, scene: Scene, now: datetime) -> None:
    life.close(scene.plan, now, why="moves away")


def by_shortening(_visit: Appointment, scene: Scene, now: datetime) -> None:
    life.cancel_visits(scene.patient.id, life.visits_of([scene.course]), now, why="series shortened")


WAYS = [by_hand, by_hold, by_hold_of_a_course, by_finding, by_closing, by_shortening]


@pytest.mark.parametrize("end", WAYS)
def test_whatever_cancels_a_visit_of_the_next_day_puts_a_call_on_the_list(
    scene: Scene, noon: datetime, end: Callable[[Appointment, Scene, datetime], None]
) -> None:
    near, far = book(scene.sessions[0], days(1), "10:00", noon), book(scene.sessions[1], days(31), "10:00", noon)
    with transaction():
        end(near, scene, noon)
    assert fresh(near).state is VisitState.CANCELLED
    (line,) = lines()
    assert (line.subject_id, line.for_role, line.due_on, line.closed_at) == (near.id, "reception", TODAY, None)
    assert far.id != line.subject_id


def test_a_day_is_24_hours(scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(2), "10:00", noon)
    with transaction():
        actions.cancel(visit, visit.starts_at - timedelta(hours=24, minutes=1), by_patient=False)
    assert lines() == []
    other = book(scene.sessions[0], days(2), "10:00", noon)
    with transaction():
        actions.cancel(other, other.starts_at - timedelta(hours=24), by_patient=False)
    assert [line.subject_id for line in lines()] == [other.id]


def test_nobody_is_called_who_cancelled_themselves_or_has_died(scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "10:00", noon)
    with transaction():
        actions.cancel(visit, noon, by_patient=True)
    book(scene.sessions[0], days(1), "10:00", noon)
    with transaction():
        patients.mark_deceased(scene.patient, TODAY, noon)
        life.patient_died(scene.patient, noon)
    assert lines() == []


def test_a_cancellation_taken_back_needs_no_call(scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "10:00", noon)
    with transaction():
        actions.cancel(visit, noon, by_patient=False)
    with transaction():
        undo.step_back(visit, noon)
    assert [line.closed_as for line in lines()] == ["undone"]


def test_a_booking_taken_back_after_it_was_told_is_a_call_and_before_is_none(scene: Scene, noon: datetime) -> None:
    with transaction():
        db.session.get_one(Patient, scene.patient.id).channel = Channel.PHONE
    for told in (False, True):
        visit = book(scene.sessions[0], days(1), "10:00", noon)
        booked = db.session.query(ChangeSet).order_by(ChangeSet.id.desc()).first()
        assert booked is not None
        if told:
            outbox.claim_next(noon + timedelta(minutes=5), "tester")
            for line in db.session.query(StaffTask).filter_by(kind="call_line"):
                tasks.end(line, noon, "reached")
            db.session.commit()
        with transaction():
            undo.take_back(booked, noon)
        assert [line.subject_id for line in lines()] == ([visit.id] if told else [])


def test_the_toast_and_the_call_list_say_whom_to_call_and_what_to_say(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    visit = book(scene.sessions[0], days(1), "10:00", noon)
    book(scene.sessions[1], days(31), "10:00", noon)
    data = {"seen": str(visit.version), "by": "clinic", "why": "", "csrf_token": ""}
    answer = client.post(f"/visits/{visit.id}/cancel", data=data, follow_redirects=True)
    assert "It stands on the call list." in words(answer)
    page = words(client.get("/work?list=calls"))
    assert "We cancelled a visit that was to begin within a day: tell the patient" in page
    assert "randevunuz gerçekleşemeyecek" in page
    assert "Diğer randevularınız değişmedi." in page
    (line,) = lines()
    client.post(f"/work/{line.id}", data={"result": "reached", "list": "calls"})
    assert [one.closed_as for one in lines()] == ["reached"]


def test_what_is_read_aloud_names_every_visit_that_was_cancelled_with_it(client: FlaskClient, scene: Scene, noon: datetime) -> None:
    book(scene.sessions[0], days(1), "10:00", noon)
    book(scene.sessions[1], days(31), "10:00", noon)
    with transaction():
        holds.hold(scene.plan, Pause(reason="travels"), noon)
    page = words(client.get("/work?list=calls"))
    assert "Şunlar da gerçekleşemeyecek" in page
    assert "Diğer randevularınız değişmedi." not in page


@pytest.mark.parametrize("first", ["the call line of the mail", "the line of the visit"])
def test_one_call_ends_both_lines_of_a_patient_who_reads_no_mail(client: FlaskClient, scene: Scene, noon: datetime, first: str) -> None:
    with transaction():
        db.session.get_one(Patient, scene.patient.id).channel = Channel.PHONE
    visit = book(scene.sessions[0], days(1), "10:00", noon - timedelta(days=1))
    outbox.claim_next(noon - timedelta(hours=1), "tester")
    for line in db.session.query(StaffTask):
        tasks.end(line, noon, "reached")
    db.session.commit()
    with transaction():
        actions.cancel(visit, noon - timedelta(minutes=30), by_patient=False)
    outbox.claim_next(noon, "tester")
    both = db.session.query(StaffTask).filter(StaffTask.closed_at.is_(None)).all()
    assert {line.kind for line in both} == {"call_line", TaskKind.CANCELLED_SOON}
    pressed = next(line for line in both if (line.kind == "call_line") == (first == "the call line of the mail"))
    client.post(f"/work/{pressed.id}", data={"result": "reached", "list": "calls"})
    db.session.expire_all()
    assert {line.closed_as for line in both} == {"reached"}


def test_a_place_kept_for_an_evaluation_that_says_not_now_is_called_about_too(client: FlaskClient, noon: datetime) -> None:
    scene = a_scene(evaluated=False)
    visit = book(scene.sessions[0], days(1), "10:00", noon)
    with transaction():
        evaluations.free_tentative(scene.patient, noon)
    assert [line.subject_id for line in lines()] == [visit.id]
