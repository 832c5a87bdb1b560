"""The whole series in one go: proposed, booked all or none, a lost race marked."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.plans.booking_form import chosen_in
from app.series import rows
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.message import ChangeSet
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.treatment import Course, Hold, PlanState
from tests.builders import TODAY, a_course, a_nurse, a_patient, a_plan, a_protocol, a_receptionist, a_visit, an_evaluation, sign_in
from tests.plans.pages import form_in, post


@pytest.fixture
def course(patient: Patient, prp: ProtocolVersion, physician: StaffMember, client: FlaskClient) -> Course:
    a_nurse()
    an_evaluation(patient, physician)
    made = a_course(a_plan(patient, physician), prp)
    with transaction():
        rows.align_patient(patient.id, TODAY)
    sign_in(client, a_receptionist())
    return made


def page_of(course: Course) -> str:
    return f"/plan/{course.plan_id}/book"


def visits() -> list[Appointment]:
    return db.session.query(Appointment).order_by(Appointment.starts_at).all()


def test_a_time_is_proposed_for_every_session(client: FlaskClient, course: Course) -> None:
    page = client.get(page_of(course))
    slots = chosen_in(form_in(page))
    assert page.status_code == 200
    assert set(slots) == {session.id for session in course.sessions}
    assert "Room 1" in page.text
    assert "leave for later" in page.text


def test_all_are_booked_in_one_go_and_told_in_one_message(client: FlaskClient, course: Course) -> None:
    url = page_of(course)
    answer = post(client, url, form_in(client.get(url)), do="all")
    assert answer.location == f"/plan/{course.plan_id}"
    assert len(visits()) == 3
    assert db.session.query(ChangeSet).count() == 1
    assert "3 sessions are booked." in client.get(answer.location).text


def test_only_the_first_is_booked_where_asked(client: FlaskClient, course: Course) -> None:
    url = page_of(course)
    post(client, url, form_in(client.get(url)), do="first")
    assert [visit.local_day for visit in visits()] == [min(visit.local_day for visit in visits())]
    assert len(visits()) == 1


def test_a_session_left_for_later_is_not_booked(client: FlaskClient, course: Course) -> None:
    url = page_of(course)
    later: dict[str, Any] = {f"slot-{course.sessions[2].id}": ""}
    post(client, url, form_in(client.get(url)), **later, do="all")
    assert len(visits()) == 2


def test_nothing_chosen_is_said_in_words(client: FlaskClient, course: Course) -> None:
    url = page_of(course)
    later: dict[str, Any] = {f"slot-{session.id}": "" for session in course.sessions}
    page = post(client, url, form_in(client.get(url)), **later, do="all")
    assert page.status_code == 422
    assert "Choose at least one session." in page.text


def test_a_lost_race_books_nothing_and_marks_the_row_that_was_lost(
    client: FlaskClient, course: Course, physician: StaffMember, noon: datetime
) -> None:
    url = page_of(course)
    fields = form_in(client.get(url))
    lost = course.sessions[1]
    slot = chosen_in(fields)[lost.id]
    start = clock.at(slot.day, time(slot.start_minute // 60, slot.start_minute % 60), "Europe/Istanbul")
    for member in db.session.query(StaffMember):
        a_visit(a_patient("Can", f"Er{member.id}"), start, performer=member, minutes=120)
    page = post(client, url, fields, do="all")
    assert page.status_code == 422
    assert len(visits()) == db.session.query(StaffMember).count(), "none of the series is booked"
    assert page.text.count('class="chosen"') == 1
    assert f'aria-describedby="e{lost.id}"' in page.text


def test_a_time_that_was_tampered_with_is_ignored(client: FlaskClient, course: Course) -> None:
    url = page_of(course)
    odd: dict[str, Any] = {f"slot-{session.id}": "2026-13-45.x.1.1" for session in course.sessions}
    assert post(client, url, form_in(client.get(url)), **odd, do="all").status_code == 422
    assert visits() == []


def test_on_hold_nothing_is_offered(client: FlaskClient, course: Course) -> None:
    with transaction():
        db.session.add(Hold(plan=course.plan, from_day=TODAY, made_at=course.plan.made_at, reason="away"))
        course.plan.state = PlanState.ON_HOLD
    page = client.get(page_of(course))
    assert page.status_code == 200
    assert chosen_in(form_in(page) if "form_token" in page.text else form_in(page, "csrf_token")) == {}


def test_a_draft_with_an_evaluation_asks_for_its_beginning_first(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember
) -> None:
    an_evaluation(patient, physician)
    draft = a_course(a_plan(patient, physician, PlanState.DRAFT), prp)
    assert "The physician begins it before its sessions are booked." in client.get(page_of(draft)).text


def test_a_session_too_near_another_course_is_said_to_be_that(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember
) -> None:
    """The plan keeps 90 days between its courses; the patient has no other visit."""
    an_evaluation(patient, physician)
    plan = a_plan(patient, physician)
    a_course(plan, prp, TODAY)
    a_course(plan, a_protocol("mesotherapy_scalp"), TODAY, keep_apart_days=90)
    page = client.get(f"/plan/{plan.id}/book").text
    assert "Another treatment of the patient lies too near." in page
    assert "The patient has another visit at that time." not in page


def test_a_plan_on_hold_offers_reception_nothing_to_book(client: FlaskClient, course: Course) -> None:
    with transaction():
        db.session.add(Hold(plan=course.plan, from_day=TODAY, made_at=course.plan.made_at, reason="away"))
        course.plan.state = PlanState.ON_HOLD
    series, one = client.get(page_of(course)).text, client.get(f"/session/{course.sessions[0].id}/book").text
    assert 'value="all"' not in series
    assert "Other times" not in series
    assert "Nothing is booked while the plan is on hold" in one
    assert 'name="slot"' not in one
