"""Which messages are wanted is derived: missing ones appear, unwanted ones go with a reason, asking twice is asking once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.messages import planner, staff_mails
from app.messages.ends import Why
from app.patients import actions as patients
from app.patients import details
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.clinic import Clinic
from models.message import Message, MessageState
from models.patient import Patient
from models.staff import StaffLink
from models.treatment import Course, Hold
from tests import builders as b
from tests.messages.conftest import CountQueries
from tests.messages.stories import NOW, book, ist, move, plan, rows, states, take_place

BEFORE = ("precare", "reminder_1", "reminder_2")


@pytest.fixture
def course(app: Flask, noon: datetime) -> Course:
    b.a_clinic()
    return b.a_course(b.a_plan(b.a_patient(email_verified_at=b.EARLY), b.a_physician()), b.a_protocol())


@pytest.fixture
def visit(course: Course) -> Appointment:
    made = b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0])
    book(made)
    return made


def change(thing: Any, **values: Any) -> None:
    with transaction():
        row = db.session.get_one(type(thing), thing.id)
        for name, value in values.items():
            setattr(row, name, value)
        patient_id = row.id if isinstance(row, Patient) else row.patient_id
        planner.plan_for(patient_id, NOW + timedelta(hours=1))


def test_a_booked_visit_has_all_its_rows_at_once(visit: Appointment) -> None:
    assert {(m.kind, m.state) for m in rows(*BEFORE)} == {(kind, MessageState.WAITING) for kind in BEFORE}


def test_asking_twice_is_asking_once(visit: Appointment) -> None:
    before = [(m.id, m.state, m.due_at) for m in rows()]
    assert not plan(visit.patient_id)
    assert [(m.id, m.state, m.due_at) for m in rows()] == before


def test_a_moved_visit_has_new_rows_and_the_old_ones_say_why(visit: Appointment) -> None:
    move(visit, ist(12, 22, 11).astimezone(UTC), NOW + timedelta(hours=1))
    assert [m.reason for m in rows("reminder_1")] == ["visit_moved", ""]
    assert rows("reminder_1")[1].due_at == ist(12, 19).astimezone(UTC)


def test_a_cancelled_visit_prepares_nobody(visit: Appointment) -> None:
    change(visit, state=VisitState.CANCELLED)
    assert {m.reason for m in rows(*BEFORE)} == {"visit_off"}


def test_a_visit_that_stands_again_has_its_rows_again(visit: Appointment) -> None:
    change(visit, state=VisitState.CANCELLED)
    change(visit, state=VisitState.BOOKED)
    assert {m.state for m in rows(*BEFORE)} == {"waiting"}


def test_what_staff_withdrew_does_not_come_back(visit: Appointment) -> None:
    with transaction():
        planner.withdraw(rows("reminder_1")[0], Why.BY_STAFF, NOW)
    plan(visit.patient_id)
    assert states("reminder_1") == [("reminder_1", "withdrawn", "by_staff")]


def test_the_dead_are_not_written_to(visit: Appointment) -> None:
    change(visit.patient, deceased_on=date(2026, 12, 1))
    assert {m.reason for m in rows()} == {"deceased"}


def test_in_a_pause_preparation_stops_and_care_goes_on(course: Course, visit: Appointment) -> None:
    other = b.a_visit(course.plan.patient, ist(12, 1, 9).astimezone(UTC), course.sessions[1])
    take_place(other, ist(12, 1, 10).astimezone(UTC), NOW)
    with transaction():
        db.session.add(Hold(plan_id=course.plan_id, from_day=NOW.date(), made_at=NOW))
        db.session.flush()
        planner.plan_for(course.plan.patient_id, NOW)
    assert {m.reason for m in rows("reminder_1", "reminder_2") if m.subject_id == visit.id} == {"on_hold"}
    assert [m.state for m in rows("aftercare")] == ["waiting"]


def test_when_the_pause_ends_the_reminders_are_there_again(course: Course, visit: Appointment) -> None:
    with transaction():
        held = Hold(plan_id=course.plan_id, from_day=NOW.date(), made_at=NOW)
        db.session.add(held)
        db.session.flush()
        planner.plan_for(course.plan.patient_id, NOW)
        held.released_at = NOW
        planner.plan_for(course.plan.patient_id, NOW)
    assert {m.state for m in rows(*BEFORE)} == {"waiting"}


def test_a_confirmed_later_session_withdraws_the_second_reminder(course: Course) -> None:
    b.done(course.sessions[0], date(2026, 11, 19))
    visit = b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[1])
    book(visit)
    change(visit, state=VisitState.CONFIRMED)
    assert states("reminder_2") == [("reminder_2", "withdrawn", "confirmed")]


def test_a_new_hour_of_the_patient_moves_what_waits(visit: Appointment) -> None:
    change(visit.patient, zone="America/New_York")
    assert rows("reminder_1")[0].due_at == ist(12, 14, 18).astimezone(UTC)
    assert rows("reminder_1")[0].try_at == rows("reminder_1")[0].due_at


def test_a_new_address_is_asked_once_for_each_address(course: Course) -> None:
    patient = course.plan.patient
    change(patient, email_verified_at=None)
    change(patient, email="new@post.example")
    assert states("address_check") == [("address_check", "withdrawn", "replaced"), ("address_check", "waiting", "")]


def test_an_answered_address_is_not_asked_again(course: Course) -> None:
    change(course.plan.patient, email_verified_at=None)
    change(course.plan.patient, email_verified_at=NOW)
    assert states("address_check") == [("address_check", "withdrawn", "answered")]


def test_enabling_a_kind_never_mails_the_past(course: Course) -> None:
    visit = b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0])
    late = ist(12, 15).astimezone(UTC)
    plan(visit.patient_id, late)  # nobody planned at the time; the first reminder's moment is past
    assert not rows("reminder_1")
    assert [m.kind for m in rows("reminder_2")] == ["reminder_2"]


def test_before_mailing_starts_everything_waits_and_the_past_is_not_sent(visit: Appointment) -> None:
    with transaction():
        db.session.get_one(Clinic, 1).mailing_started = False
    start = ist(12, 15).astimezone(UTC)
    with transaction():
        past = planner.start_mailing(db.session.get_one(Clinic, 1), start)
    assert past == 3  # booked, preparation, the first reminder
    assert [m.state for m in rows("reminder_2")] == ["waiting"]
    assert not plan(visit.patient_id, start).revived


def test_a_patient_may_be_asked_to_choose_a_time(course: Course) -> None:
    with transaction():
        planner.choose_time(course.sessions[0], NOW)
        planner.choose_time(course.sessions[0], NOW)
    assert states("choose_time") == [("choose_time", "waiting", "")]
    book(b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0]))
    assert states("choose_time") == [("choose_time", "withdrawn", "booked")]


def test_a_link_to_choose_a_password_calls_for_one_mail(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    member = b.a_nurse()
    with transaction():
        db.session.add(StaffLink(token_hash="x", staff_id=member.id, made_at=NOW, expires_at=NOW + timedelta(hours=48)))
        db.session.flush()
        assert (staff_mails.plan_links(NOW), staff_mails.plan_links(NOW)) == (1, 0)
    assert [(m.kind, m.staff_id) for m in rows()] == [("staff_invite", member.id)]


def test_every_session_that_took_place_has_a_reminder_row_and_a_care_row(course: Course) -> None:
    late = b.a_visit(course.plan.patient, ist(12, 1, 9).astimezone(UTC), course.sessions[0], made_at=ist(12, 1, 8).astimezone(UTC))
    with transaction():
        planner.plan_for(late.patient_id, ist(12, 1, 8, 30).astimezone(UTC))
    take_place(late, ist(12, 1, 10).astimezone(UTC), NOW)
    assert states("reminder_2") == [("reminder_2", "withdrawn", "booked_late")]
    assert states("aftercare") == [("aftercare", "waiting", "")]


def test_every_row_that_ended_unsent_says_why(visit: Appointment) -> None:
    move(visit, ist(12, 22, 11).astimezone(UTC), NOW + timedelta(hours=1))
    change(db.session.get_one(Appointment, visit.id), state=VisitState.CANCELLED)
    ended = db.session.query(Message).filter(Message.state == MessageState.WITHDRAWN).all()
    assert ended
    assert all(message.reason and message.settled_at for message in ended)


def test_planning_asks_few_questions_however_many_visits(course: Course, count_queries: CountQueries) -> None:
    for n, session in enumerate(course.sessions):
        b.a_visit(course.plan.patient, ist(12, 3 + 7 * n, 14).astimezone(UTC), session)
    with transaction():
        planner.plan_for(course.plan.patient_id, NOW)
    with count_queries() as many:
        planner.missing(course.plan.patient_id, NOW)
    assert len(many) <= 20


def test_what_a_changed_record_calls_for_is_planned_with_the_change(course: Course, visit: Appointment) -> None:
    """The clock finds nothing to add: a new address is asked about at once, and nothing waits for somebody who has died."""
    patient = visit.patient
    with transaction():
        patients.update(patient, replace(details.of(patient), email="new@post.example"), NOW)
    assert [row.state for row in rows("address_check")] == [MessageState.WAITING]
    assert not planner.missing(patient.id, NOW)
    with transaction():
        patients.mark_deceased(patient, NOW.date(), NOW)
    assert not planner.missing(patient.id, NOW)
    assert MessageState.WAITING not in {row.state for row in rows()}
