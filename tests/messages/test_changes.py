"""What is changed in one act becomes one mail, and only the newest truth is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.messages import changes, planner
from app.messages.compose import compose
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import ChangeSet
from models.treatment import Course, Hold, PlanState, TreatmentPlan
from tests import builders as b
from tests.messages.stories import GRACE, NOW, book, cancel, ist, move, plan, rows, send, states, tasks, tell

CHANGES = ("plan_summary", "booked", "moved", "cancelled", "paused")
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def course(app: Flask, noon: datetime) -> Course:
    b.a_clinic()
    return b.a_course(b.a_plan(b.a_patient(email_verified_at=b.EARLY), b.a_physician()), b.a_protocol())


@pytest.fixture
def visit(course: Course) -> Appointment:
    return b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0])


def test_a_booking_waits_for_the_grace_and_is_then_told(visit: Appointment) -> None:
    book(visit)
    assert [m.due_at for m in rows("booked")] == [NOW + GRACE]
    assert not send(NOW + timedelta(minutes=2)).taken
    assert len(send(NOW + GRACE).taken) == 1
    assert states("booked") == [("booked", "sent", "")]


def test_undo_within_the_grace_stops_the_mail(visit: Appointment) -> None:
    made = book(visit)
    with transaction():
        db.session.get_one(Appointment, visit.id).state = VisitState.CANCELLED
        assert changes.undo(db.session.get_one(ChangeSet, made.id), NOW + timedelta(minutes=1)) is None
        planner.plan_for(visit.patient_id, NOW + timedelta(minutes=1))
    assert states("booked") == [("booked", "withdrawn", "undone")]
    assert not send(NOW + GRACE).taken


def test_undo_after_the_mail_tells_the_patient_that_it_is_as_before(visit: Appointment) -> None:
    book(visit)
    send(NOW + GRACE)
    made = cancel(visit, LATER)
    send(LATER + GRACE)
    with transaction():
        db.session.get_one(Appointment, visit.id).state = VisitState.BOOKED
        back = changes.undo(db.session.get_one(ChangeSet, made.id), LATER + timedelta(hours=1))
        planner.plan_for(visit.patient_id, LATER + timedelta(hours=1))
    assert back is not None
    assert states("booked", "cancelled") == [("booked", "sent", ""), ("cancelled", "sent", ""), ("booked", "waiting", "")]


def test_booked_then_cancelled_before_anything_was_told_says_nothing(visit: Appointment) -> None:
    book(visit)
    cancel(visit, NOW + timedelta(minutes=1))
    assert states(*CHANGES) == [("booked", "withdrawn", "replaced")]


def test_booked_then_moved_before_it_was_told_is_one_booking_at_the_new_time(visit: Appointment) -> None:
    book(visit)
    move(visit, ist(12, 18, 15).astimezone(UTC), NOW + timedelta(minutes=1))
    first, second = rows("booked")
    assert (first.state, first.reason, second.state) == ("withdrawn", "replaced", "waiting")
    assert second.facts["changes"] == [{"visit": visit.id, "old": None, "new": ist(12, 18, 15).astimezone(UTC).isoformat()}]


def test_moved_twice_tells_the_first_and_the_last_time(visit: Appointment) -> None:
    book(visit)
    send(NOW + GRACE)
    start = visit.starts_at
    move(visit, ist(12, 18, 15).astimezone(UTC), LATER)
    move(visit, ist(12, 19, 11).astimezone(UTC), LATER + timedelta(minutes=1))
    told = [m for m in rows("moved") if m.state == "waiting"]
    line = {"visit": visit.id, "old": start.isoformat(), "new": ist(12, 19, 11).astimezone(UTC).isoformat()}
    assert [m.facts["changes"] for m in told] == [[line]]


def test_moved_and_moved_back_before_it_was_told_says_nothing(visit: Appointment) -> None:
    book(visit)
    send(NOW + GRACE)
    start = visit.starts_at
    move(visit, ist(12, 18, 15).astimezone(UTC), LATER)
    move(visit, start, LATER + timedelta(minutes=1))
    assert [m.reason for m in rows("moved")] == ["replaced"]


def test_cancelled_and_booked_anew_at_its_very_time_before_it_was_told_says_nothing(course: Course, visit: Appointment) -> None:
    book(visit)
    send(NOW + GRACE)
    cancel(visit, LATER)
    book(b.a_visit(course.plan.patient, visit.starts_at, course.sessions[1]), LATER + timedelta(minutes=1))
    assert [m.kind for m in rows(*CHANGES) if m.state == "waiting"] == []


def test_two_first_bookings_of_a_plan_become_the_summary(course: Course) -> None:
    visits = [b.a_visit(course.plan.patient, ist(12, day, 14).astimezone(UTC), course.sessions[n]) for n, day in enumerate((10, 17))]
    tell(course.plan.patient_id, NOW, *((visit, None, visit.starts_at) for visit in visits))
    assert [(m.kind, m.facts["plan"]) for m in rows(*CHANGES)] == [("plan_summary", course.plan_id)]


@pytest.mark.parametrize("state", [VisitState.BOOKED, VisitState.ARRIVED, VisitState.IN_TREATMENT])
def test_a_visit_that_has_begun_when_the_summary_goes_stands_on_it(course: Course, state: VisitState) -> None:
    starts = (NOW + timedelta(minutes=2), ist(12, 28, 14).astimezone(UTC))
    first, second = (b.a_visit(course.plan.patient, start, course.sessions[n]) for n, start in enumerate(starts))
    tell(course.plan.patient_id, NOW, (first, None, first.starts_at), (second, None, second.starts_at))
    with transaction():
        db.session.get_one(Appointment, first.id).state = state
    plan(course.plan.patient_id, NOW + GRACE)
    (message,) = (one for one in rows(*CHANGES) if one.state == "waiting")
    assert message.kind == "plan_summary"
    mail = compose(message, NOW + GRACE)
    assert mail.text.index("1 Aralık") < mail.text.index("28 Aralık")
    assert b"DTSTART;TZID=Europe/Istanbul:20261228" in mail.calendar
    assert mail.calendar.count(b"BEGIN:VEVENT") == 1


def test_one_that_was_cancelled_meanwhile_does_not(course: Course) -> None:
    starts = (NOW + timedelta(minutes=2), ist(12, 28, 14).astimezone(UTC))
    first, second = (b.a_visit(course.plan.patient, start, course.sessions[n]) for n, start in enumerate(starts))
    tell(course.plan.patient_id, NOW, (first, None, first.starts_at), (second, None, second.starts_at))
    cancel(first, NOW + timedelta(minutes=1))
    plan(course.plan.patient_id, NOW + GRACE)
    (message,) = (one for one in rows(*CHANGES) if one.state == "waiting")
    assert message.kind == "booked"
    assert "1 Aralık" not in compose(message, NOW + GRACE).text


def test_a_later_booking_of_the_plan_is_a_booking(course: Course) -> None:
    visits = [b.a_visit(course.plan.patient, ist(12, day, 14).astimezone(UTC), course.sessions[n]) for n, day in enumerate((10, 17))]
    tell(course.plan.patient_id, NOW, *((visit, None, visit.starts_at) for visit in visits))
    send(NOW + GRACE)
    book(b.a_visit(course.plan.patient, ist(12, 28, 14).astimezone(UTC), course.sessions[2]), LATER)
    assert [(m.kind, m.state) for m in rows(*CHANGES)] == [("plan_summary", "sent"), ("booked", "waiting")]


def test_different_changes_of_one_act_are_one_mail(course: Course, visit: Appointment) -> None:
    book(visit)
    send(NOW + GRACE)
    other = b.a_visit(course.plan.patient, ist(12, 10, 14).astimezone(UTC), course.sessions[1])
    tell(course.plan.patient_id, LATER, (visit, visit.starts_at, None), (other, None, other.starts_at))
    assert [m.kind for m in rows(*CHANGES) if m.state == "waiting"] == ["moved"]


def put_on_hold(course: Course) -> TreatmentPlan:
    with transaction():
        hold_plan = db.session.get_one(TreatmentPlan, course.plan_id)
        hold_plan.state = PlanState.ON_HOLD
        db.session.add(Hold(plan=hold_plan, from_day=NOW.date(), made_at=NOW))
    return hold_plan


def test_a_pause_is_told_as_a_pause_and_names_no_reason(course: Course, visit: Appointment) -> None:
    book(visit)
    send(NOW + GRACE)
    put_on_hold(course)
    cancel(visit, LATER, plan_id=course.plan_id, because_of_hold=True)
    assert [m.kind for m in rows(*CHANGES) if m.state == "waiting"] == ["paused"]
    assert {m.state for m in rows("precare", "reminder_1", "reminder_2")} == {"withdrawn"}


def test_changes_of_a_patient_without_mail_wait_as_one_call_and_the_newer_takes_its_place(course: Course, visit: Appointment) -> None:
    with transaction():
        course.plan.patient.email = ""
    book(visit)
    send(NOW + GRACE)
    assert [task.facts["about"] for task in tasks("call_line")] == ["booked"]
    move(visit, ist(12, 18, 15).astimezone(UTC), LATER)
    send(LATER + GRACE)
    assert [(t.facts["about"], t.facts["changes"][0]["old"]) for t in tasks("call_line")] == [("booked", None)]


def test_a_call_that_was_made_is_told_and_not_told_again(course: Course, visit: Appointment) -> None:
    with transaction():
        course.plan.patient.email = ""
    book(visit)
    send(NOW + GRACE)
    with transaction():
        tasks("call_line")[0].closed_at = LATER
    move(visit, ist(12, 18, 15).astimezone(UTC), LATER)
    send(LATER + GRACE)
    assert [(t.facts["about"], t.facts["changes"][0]["old"]) for t in tasks("call_line")] == [
        ("moved", ist(12, 17, 14).astimezone(UTC).isoformat())
    ]


def test_planning_again_changes_nothing(visit: Appointment) -> None:
    book(visit)
    assert not plan(visit.patient_id)
    assert not planner.missing(visit.patient_id, NOW + timedelta(minutes=1))


def test_a_set_from_long_ago_that_said_nothing_is_not_dug_up(visit: Appointment) -> None:
    book(visit)
    cancel(visit, NOW + timedelta(minutes=1))
    late = NOW + timedelta(days=5)
    with transaction():
        db.session.get_one(Appointment, visit.id).state = VisitState.BOOKED  # put back without a word
    assert not [one for one in planner.missing(visit.patient_id, late).added if one.kind in CHANGES]
