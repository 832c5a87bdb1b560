"""The database itself refuses a second claim on anyone or anything, and says on what."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.errors import Refused
from app.messages import changes
from app.planning.visit import Slot
from app.schedule import actions, guards
from app.schedule.free import resources
from app.schedule.guards import SlotTaken
from models.appointment import Appointment, Claim, VisitKind
from models.base import db, transaction
from models.clinic import Chair, Device, Room
from models.patient import Patient
from models.treatment import TreatmentSession
from tests import builders
from tests.schedule.scenes import Scene, a_scene, another_patient, book, days, minute, move, told

NINE = datetime(2026, 12, 3, 6, tzinfo=UTC)
RESOURCES = ("staff", "room", "chair", "device", "patient")


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_second_claim_is_refused_and_named(app: Flask, noon: datetime, resource: str) -> None:
    visit, thing = a_visit_and(resource)
    with transaction():
        insert(visit, resource, thing, 0, 30)
    with pytest.raises(SlotTaken) as refused, transaction(), guards.said_in_words():
        insert(visit, resource, thing, 29, 60)
    assert refused.value.resource == resource
    assert refused.value.words.startswith(("Somebody else", "The patient"))


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_claim_changed_into_another_one_is_refused_too(app: Flask, noon: datetime, resource: str) -> None:
    visit, thing = a_visit_and(resource)
    with transaction():
        insert(visit, resource, thing, 0, 30)
        insert(visit, resource, thing, 30, 60)
    with pytest.raises(SlotTaken) as refused, transaction(), guards.said_in_words():
        db.session.execute(text("UPDATE claim SET starts_at = :at WHERE starts_at = :old"), {"at": stored(20), "old": stored(30)})
    assert refused.value.resource == resource


def test_claims_that_follow_each_other_are_no_overlap(app: Flask, noon: datetime) -> None:
    visit, thing = a_visit_and("room")
    for start in (0, 30, 60):
        insert(visit, "room", thing, start, start + 30)
    assert db.session.query(Claim).filter(Claim.room_id == thing).count() == 3


def test_one_session_in_two_live_visits_is_refused(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    book(scene.sessions[0], days(2), "10:00", noon)
    other = builders.a_visit(scene.patient, NINE + timedelta(days=3))
    with pytest.raises(SlotTaken) as refused, transaction(), guards.said_in_words():
        insert_link(other, scene.sessions[0])
    assert refused.value.resource == "session"


def test_an_error_that_is_no_clash_stays_what_it_is(app: Flask, noon: datetime) -> None:
    visit, _thing = a_visit_and("room")
    with pytest.raises(IntegrityError), transaction(), guards.said_in_words():
        insert(visit, "room", 999, 0, 30)


def test_a_slot_that_was_read_before_somebody_booked_it_is_refused_in_words(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    slot = a_slot(scene)
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    book(course.sessions[0], days(2), "10:00", noon)
    with pytest.raises(SlotTaken, match="Choose another time"), transaction():
        actions.book(scene.patient, VisitKind.TREATMENT, slot, [scene.sessions[0]], told(scene.patient, noon), noon)
    assert db.session.query(Appointment).filter_by(patient_id=scene.patient.id).count() == 0


def test_a_move_loses_against_a_faster_booking_and_stays_where_it_was(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    visit = book(scene.sessions[0], days(3), "10:00", noon)
    slot = a_slot(scene)
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    book(course.sessions[0], days(2), "10:00", noon)
    with pytest.raises(SlotTaken), transaction():
        actions.move(visit, slot, told(scene.patient, noon), noon)
    assert visit.local_day == days(3)
    assert {claim.starts_at.date() for claim in visit.claims} == {days(3)}


def test_two_who_book_one_time_at_once_leave_one_booking(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    rivals = [scene.sessions[0].id]
    for n in range(7):
        other = another_patient(f"Hasta{n}", n, scene.physician)
        rivals.append(builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version).sessions[0].id)
    outcomes = together([partial(book_in_a_thread, app, key, noon) for key in rivals])
    assert outcomes.count("booked") == 1
    assert all("Busy then" in words or "Choose another" in words for words in outcomes if words != "booked")
    assert db.session.query(Appointment).count() == 1


def test_two_who_book_one_session_at_once_leave_one_booking(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    key = scene.sessions[0].id
    outcomes = together([partial(book_in_a_thread, app, key, noon, f"{hour}:00") for hour in (10, 12, 14)])
    assert outcomes.count("booked") == 1
    assert all("already" in words for words in outcomes if words != "booked")


def test_two_who_move_to_one_time_at_once_leave_one_there(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    other = another_patient(physician=scene.physician)
    course = builders.a_course(builders.a_plan(other, scene.physician), scene.course.protocol_version)
    keys = [book(scene.sessions[0], days(2), "10:00", noon).id, book(course.sessions[0], days(2), "14:00", noon).id]
    outcomes = together([partial(move_in_a_thread, app, key, noon) for key in keys])
    assert sorted(outcomes)[-1] == "moved"
    assert outcomes.count("moved") == 1


def together(ways: list[Callable[[], str]]) -> list[str]:
    """Run all at once, each in a thread with a connection of its own. What each said."""
    db.session.remove()
    said: list[str] = []
    gate = threading.Barrier(len(ways))

    def run(way: Callable[[], str]) -> None:
        gate.wait()
        said.append(way())

    threads = [threading.Thread(target=run, args=(way,)) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def book_in_a_thread(app: Flask, session_id: int, now: datetime, start: str = "10:00") -> str:
    with app.app_context():
        try:
            with transaction():
                session = db.session.get_one(TreatmentSession, session_id)
                patient: Patient = session.course.plan.patient
                made = changes.open_set(patient.id, now)
                actions.book(patient, VisitKind.TREATMENT, resources.wanted(days(2), minute(start)), [session], made, now)
            return "booked"
        except Refused as refused:
            return refused.words
        finally:
            db.session.remove()


def move_in_a_thread(app: Flask, visit_id: int, now: datetime) -> str:
    with app.app_context():
        try:
            move(db.session.get_one(Appointment, visit_id), days(3), "10:00", now)
            return "moved"
        except Refused as refused:
            return refused.words
        finally:
            db.session.remove()


def a_slot(scene: Scene) -> Slot:
    """Ten o'clock in two days, free while nobody else has booked it."""
    return resources.slot_at(VisitKind.TREATMENT, [scene.course], scene.patient, days(2), minute("10:00"))


def a_visit_and(resource: str) -> tuple[Appointment, int]:
    """A visit to claim for, and something to claim."""
    builders.a_clinic()
    patient, physician = builders.a_patient(), builders.a_physician()
    with transaction():
        db.session.add(Chair(location_id=builders.the_location().id, name="Chair 1"))
    if resource in ("staff", "patient"):
        thing_id = physician.id if resource == "staff" else patient.id
    else:
        tables: dict[str, type[Room | Chair | Device]] = {"room": Room, "chair": Chair, "device": Device}
        table = tables[resource]
        thing_id = db.session.query(table.id).order_by(table.id).limit(1).scalar()
    return builders.a_visit(patient, NINE - timedelta(days=10)), thing_id


def insert(visit: Appointment, resource: str, thing_id: int, start: int, end: int) -> None:
    """A claim straight into the table, from a minute to a minute after nine."""
    values = {"visit": visit.id, "thing": thing_id, "start": stored(start), "end": stored(end)}
    columns = f"(appointment_id, phase, {resource}_id, starts_at, ends_at)"
    statement = text(f"INSERT INTO claim {columns} VALUES (:visit, 'procedure', :thing, :start, :end)")
    db.session.execute(statement, values)


def insert_link(visit: Appointment, session: TreatmentSession) -> None:
    db.session.execute(
        text(
            "INSERT INTO appointment_session (appointment_id, session_id, position, outcome, label, band)"
            " VALUES (:visit, :session, 0, 'planned', '', '')"
        ),
        {"visit": visit.id, "session": session.id},
    )


def stored(minutes: int) -> str:
    """A moment as SQLite keeps it."""
    return f"{NINE + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S.%f}"
