"""What must hold on both engines, tried on PostgreSQL; SQLite's half stands beside each rule's own tests."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.merging import actions
from models.appointment import Claim
from models.base import db, transaction
from models.event import Event
from models.guards import guards_expected
from tests.builders import a_clinic, a_course, a_patient, a_physician, a_plan, a_protocol, a_visit

pytestmark = pytest.mark.postgres
NINE = datetime(2026, 12, 3, 6, tzinfo=UTC)


def test_the_migrations_make_exactly_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, db.metadata) == []


def test_every_guard_is_in_the_catalogue(app: Flask) -> None:
    with db.engine.connect() as connection:
        constraints = set(connection.execute(text("SELECT conname FROM pg_constraint")).scalars())
        triggers = set(connection.execute(text("SELECT tgname FROM pg_trigger")).scalars())
    assert guards_expected("postgresql") <= constraints | triggers


def test_a_person_cannot_be_claimed_twice_at_one_moment(app: Flask) -> None:
    a_clinic()
    doctor = a_physician()
    a_visit(a_patient(), NINE, performer=doctor)
    with pytest.raises(IntegrityError) as refused:
        a_visit(a_patient("Mehmet", "Kaya", phone="+905321114413"), NINE + timedelta(minutes=30), performer=doctor)
    assert refused.value.orig.diag.constraint_name == "no_staff_twice"


def test_nothing_new_is_taken_for_a_record_that_was_joined_and_taken_apart_it_is_whole_again(app: Flask) -> None:
    a_clinic()
    kept, gone = a_patient(), a_patient()
    visit = a_visit(gone, NINE)
    with transaction():
        merge = actions.join(kept.id, gone.id, (), NINE).id
    with pytest.raises(IntegrityError):
        a_visit(gone, NINE + timedelta(days=1))
    assert visit.patient_id == kept.id
    with transaction():
        actions.part(merge, NINE)
    assert visit.patient_id == gone.id


def test_back_to_back_claims_are_no_overlap(app: Flask) -> None:
    a_clinic()
    doctor = a_physician()
    a_visit(a_patient(), NINE, performer=doctor)
    a_visit(a_patient("Mehmet", "Kaya", phone="+905321114413"), NINE + timedelta(minutes=60), performer=doctor)
    assert db.session.query(Claim).count() == 4


def test_a_session_cannot_sit_in_two_live_visits(app: Flask) -> None:
    a_clinic()
    doctor, patient = a_physician(), a_patient()
    course = a_course(a_plan(patient, doctor), a_protocol(), date(2026, 12, 1))
    a_visit(patient, NINE, course.sessions[0], performer=doctor)
    with pytest.raises(IntegrityError):
        a_visit(patient, NINE + timedelta(days=1), course.sessions[0], performer=doctor)


def test_the_trail_refuses_edits_and_deletes(app: Flask) -> None:
    with transaction():
        db.session.add(Event(at=NINE, action="viewed"))
    for statement in ("UPDATE event SET action = 'x'", "DELETE FROM event"):
        with pytest.raises(DBAPIError, match="append-only"), transaction():
            db.session.execute(text(statement))


def test_sixteen_clients_after_one_slot_leave_one_booking(app: Flask) -> None:
    a_clinic()
    doctor = a_physician()
    patients = [a_patient(f"Hasta{n}", "Deneme", phone=f"+9053211100{n:02d}") for n in range(16)]
    ids, doctor_id = [p.id for p in patients], doctor.id
    outcomes: list[str] = []

    def book(patient_id: int) -> None:
        with app.app_context():
            try:
                with transaction():
                    db.session.execute(
                        text(
                            "INSERT INTO claim (appointment_id, phase, staff_id, starts_at, ends_at)"
                            " VALUES (:visit, 'procedure', :staff, :start, :end)"
                        ),
                        {"visit": visits[patient_id], "staff": doctor_id, "start": NINE, "end": NINE + timedelta(minutes=30)},
                    )
                outcomes.append("booked")
            except IntegrityError as error:
                outcomes.append(error.orig.diag.constraint_name)
            finally:
                db.session.remove()

    visits = {p.id: a_visit(p, NINE + timedelta(days=40)).id for p in patients}
    threads = [threading.Thread(target=book, args=(patient_id,)) for patient_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["booked"] + ["no_staff_twice"] * 15
