"""Sending hours on the patient's clock, and how many mails go to one person."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.messages import planner
from models.appointment import Appointment
from models.base import db, transaction
from models.message import Message, MessageClass, MessageState, Urgency
from models.patient import Consent, ConsentKind
from models.treatment import Course
from tests import builders as b
from tests.messages.stories import GRACE, IST, NOW, book, ist, rows, send


@pytest.fixture
def course(app: Flask, noon: datetime) -> Course:
    b.a_clinic()
    return b.a_course(b.a_plan(b.a_patient(email_verified_at=b.EARLY), b.a_physician()), b.a_protocol())


@pytest.fixture
def waiting(course: Course) -> Appointment:
    """A patient with a visit and all its mails."""
    visit = b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0])
    book(visit)
    return visit


def test_a_change_waits_for_the_morning_unless_the_visit_is_near(course: Course) -> None:
    night = ist(12, 1, 22).astimezone(UTC)
    book(b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0]), night)
    assert not send(night + GRACE).taken
    assert [(m.try_at, m.reason) for m in rows("booked")] == [(ist(12, 2, 9).astimezone(UTC), "quiet_hours")]


def test_a_change_of_tomorrows_visit_goes_at_night(course: Course) -> None:
    night = ist(12, 1, 22).astimezone(UTC)
    book(b.a_visit(course.plan.patient, ist(12, 2, 14).astimezone(UTC), course.sessions[0]), night)
    assert len(send(night + GRACE).taken) == 1


def test_sending_hours_are_on_the_patients_clock(course: Course) -> None:
    with transaction():
        course.plan.patient.zone = "America/New_York"
    book(b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0]))
    assert not send(NOW + GRACE).taken  # four in the morning there
    morning = rows("booked")[0].try_at.astimezone(ZoneInfo("America/New_York"))
    assert morning.replace(tzinfo=None) == datetime(2026, 12, 1, 9)


def a_routine_row(patient_id: int, kind: str, n: int, **values: Any) -> None:
    row = {"kind": kind, "subject_type": "appointment", "subject_id": 900 + n, "patient_id": patient_id, "urgency": Urgency.ROUTINE,
           "message_class": MessageClass.SERVICE, "due_at": NOW, "try_at": NOW, "message_id": f"<{kind}{n}@x>", "planned_at": NOW,
           "state": MessageState.SENT, "settled_at": NOW, **values}  # fmt: skip
    with transaction():
        db.session.add(Message(**row))


def test_never_two_of_one_kind_within_twelve_hours(waiting: Appointment) -> None:
    due = rows("reminder_1")[0].due_at
    a_routine_row(waiting.patient_id, "reminder_1", 1, settled_at=due - timedelta(hours=2))
    send(due)
    assert rows("reminder_1")[0].try_at == ist(12, 15, 9).astimezone(UTC)  # twelve hours later it is night


def test_at_most_three_routine_mails_a_day(waiting: Appointment) -> None:
    due = rows("reminder_1")[0].due_at
    for n, kind in enumerate(("result", "checkin_1", "no_show")):
        a_routine_row(waiting.patient_id, kind, n, settled_at=due - timedelta(hours=1, minutes=n))
    send(due)
    assert [(m.try_at, m.reason) for m in rows("reminder_1")] == [(ist(12, 15, 9).astimezone(UTC), "enough_for_today")]


def test_an_invitation_yields_to_every_other_mail_of_the_day(course: Course, waiting: Appointment) -> None:
    with transaction():
        course.due_step, course.due_on, course.live, course.needs_booking = "M1", ist(12, 31).date(), True, True
        db.session.add(Consent(patient_id=waiting.patient_id, kind=ConsentKind.RECALL, given_at=NOW))
        db.session.flush()
        planner.plan_for(waiting.patient_id, NOW)
    invitation = rows("recall_1")[0]
    assert invitation.due_at == ist(12, 17).astimezone(UTC)
    a_routine_row(waiting.patient_id, "result", 1, settled_at=invitation.due_at - timedelta(hours=1))
    send(invitation.due_at)
    assert rows("recall_1")[0].try_at == ist(12, 18, 9).astimezone(UTC)


@pytest.mark.parametrize("hour", range(24))
def test_routine_mails_never_leave_outside_sending_hours(waiting: Appointment, hour: int) -> None:
    at = datetime.combine(ist(12, 14).date(), time(hour), IST).astimezone(UTC)
    way = send(at)
    went = [m.kind for m in rows() if m.state == "sent" and m.urgency == Urgency.ROUTINE]
    assert bool(went) is (9 <= hour < 20)
    assert len(way.taken) >= len(went)
