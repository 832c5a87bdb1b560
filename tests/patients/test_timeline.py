"""A patient's card shows each course on one line: what was done, what is booked, the window of what is next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.patients import timeline
from app.patients.rows import course_lines
from app.series.drawing import Picture
from models.base import transaction
from models.treatment import Course, TreatmentSession
from tests import builders as b
from tests.schedule.pages import Counted

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture(autouse=True)
def clinic(app: object) -> None:
    b.a_clinic()


def a_course(**changes: object) -> Course:
    return b.a_course(b.a_plan(b.a_patient(), b.a_physician()), b.a_protocol(), **changes)


def longer(course: Course, sessions: int) -> Course:
    with transaction():
        course.sessions.extend(TreatmentSession(n=n) for n in range(len(course.sessions) + 1, sessions + 1))
    return course


def picture(course: Course) -> Picture | None:
    lines = [line for _patient, line in course_lines([course.plan.patient_id])]
    return timeline.pictures(course.plan.patient_id, lines, b.TODAY).get(course.id)


def asked_for_the_card(client: FlaskClient, patient_id: int) -> int:
    with Counted() as asked:
        assert client.get(f"/patients/{patient_id}").status_code == 200
    return len(asked.statements)


def test_what_was_done_is_booked_and_is_next_stands_in_order_of_day(client: FlaskClient) -> None:
    with client.application.test_request_context():
        due = {"due_step": "3", "due_earliest": date(2026, 12, 20), "due_on": date(2027, 1, 3), "due_latest": date(2027, 1, 20)}
        course = a_course(needs_booking=True, **due)
        b.done(course.sessions[0], date(2026, 11, 5))
        b.a_visit(course.plan.patient, datetime(2026, 12, 3, 10, tzinfo=UTC), course.sessions[1])
        drawn = picture(course)
    assert [point["state"] for point in drawn.points] == ["done", "booked", "proposed"]
    assert drawn.points[0]["x"] < drawn.points[1]["x"] < drawn.windows[0]["from"] < drawn.points[2]["x"] < drawn.windows[0]["to"]
    assert drawn.summary == "last done: Thu 5 Nov · : Thu 3 Dec · 3: Sun 3 Jan"


def test_a_course_without_any_day_has_no_picture(client: FlaskClient) -> None:
    with client.application.test_request_context():
        assert picture(a_course()) is None


def test_of_a_long_course_the_latest_sessions_are_drawn(client: FlaskClient) -> None:
    with client.application.test_request_context():
        course = longer(a_course(), 20)
        for session in course.sessions:
            b.done(session, b.TODAY - timedelta(days=30 * (21 - session.n)))
        drawn = picture(course)
    assert len(drawn.points) == timeline.MOST
    assert drawn.points[0]["note"] == "Sun 5 Apr"


def test_a_card_with_two_hundred_sessions_asks_no_more_than_one_with_three(client: FlaskClient) -> None:
    few, plan = a_course(), b.a_plan(b.a_patient("Ali", "Er"), b.a_physician("Dr. Ada Su"))
    many = longer(b.a_course(plan, few.protocol_version), 200)
    for course in (few, many):
        for session in course.sessions[:-1]:
            b.done(session, b.TODAY - timedelta(days=7 * (len(course.sessions) - session.n)))
        b.a_visit(course.plan.patient, datetime(2026, 12, 3, 10, tzinfo=UTC), course.sessions[-1])
    b.sign_in(client, b.a_nurse())
    asked_for_the_card(client, few.plan.patient_id)
    assert asked_for_the_card(client, many.plan.patient_id) == asked_for_the_card(client, few.plan.patient_id)
