"""The whole series in one go: proposed, booked all or none, a lost race marked."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.planning.visit import Slot
from app.plans.builder.booking_form import read_value
from app.series import rows
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.message import ChangeSet
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import Absence, StaffMember
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


def slots_in(fields: MultiDict[str, str]) -> dict[str, Slot]:
    """The times that the page shows, by session."""
    found = {name.removeprefix("slot-"): read_value(text) for name, text in fields.items() if name.startswith("slot-")}
    return {name: slot for name, slot in found.items() if slot}


def press(client: FlaskClient, url: str, button: str, page: TestResponse | None = None, **typed: Any) -> TestResponse:
    return post(client, url, form_in(page or client.get(url)), do=button, **typed)


def visits() -> list[Appointment]:
    return db.session.query(Appointment).order_by(Appointment.starts_at).all()


def test_a_time_is_proposed_for_every_session(client: FlaskClient, course: Course) -> None:
    page = client.get(page_of(course))
    assert page.status_code == 200
    assert set(slots_in(form_in(page))) == {"0-1", "0-2", "0-3"}
    assert "Room 1" in page.text
    assert "Leave session 2 for later" in page.text
    assert f'href="/session/{course.sessions[0].id}/book"' in page.text, "every free time can be looked at"


def test_the_first_open_session_counts_its_days_from_the_one_booked_before_it(client: FlaskClient, course: Course) -> None:
    press(client, page_of(course), "book-first")
    page = client.get(page_of(course))
    (booked,), second = visits(), slots_in(form_in(page))["0-2"]
    assert f'data-label="Days">{(second.day - booked.local_day).days}</td>' in page.text


def test_all_are_booked_in_one_go_and_told_in_one_message(client: FlaskClient, course: Course) -> None:
    answer = press(client, page_of(course), "book")
    assert answer.location == f"/plan/{course.plan_id}"
    assert len(visits()) == 3
    assert db.session.query(ChangeSet).count() == 1
    assert "3 sessions are booked." in client.get(answer.location).text


def test_only_the_first_is_booked_where_asked(client: FlaskClient, course: Course) -> None:
    press(client, page_of(course), "book-first")
    assert [visit.local_day for visit in visits()] == [min(visit.local_day for visit in visits())]
    assert len(visits()) == 1


def test_a_session_left_for_later_is_not_booked(client: FlaskClient, course: Course) -> None:
    url = page_of(course)
    page = press(client, url, "use.0-3.later")
    assert "Left for later by you." in page.text
    assert press(client, url, "book", page).status_code == 303
    assert len(visits()) == 2


def test_another_time_is_chosen_and_the_later_session_stays_where_it_was(client: FlaskClient, course: Course) -> None:
    url = page_of(course)
    first = client.get(url)
    other = next(part.partition('"')[0] for part in first.text.split('value="use.0-2.')[1:])
    page = press(client, url, f"use.0-2.{other}", first)
    wanted = read_value(other)
    assert wanted is not None
    assert slots_in(form_in(page))["0-2"] == wanted
    assert slots_in(form_in(page))["0-3"] == slots_in(form_in(first))["0-3"]
    assert press(client, url, "book", page).status_code == 303
    assert wanted.day in {visit.local_day for visit in visits()}


def test_where_a_session_has_no_place_the_ones_behind_it_are_shown_and_booked(
    client: FlaskClient, course: Course, physician: StaffMember
) -> None:
    """The same rule as where a plan is made: nobody is there in all of the second session's window."""
    url = page_of(course)
    first = slots_in(form_in(client.get(url)))["0-1"].day
    with transaction():
        for member in db.session.query(StaffMember):
            db.session.add(Absence(staff_id=member.id, first_day=first + timedelta(days=2), last_day=first + timedelta(days=50)))
    page = client.get(url)
    assert {"0-1", "0-3"} == set(slots_in(form_in(page)))
    assert "Not working then: Dr. Burcu Çelen" in page.text
    assert "with your leave" not in page.text, "reception is offered nothing that only a physician may allow"
    assert "Book 2 · 1 open" in page.text
    press(client, url, "book", page)
    assert len(visits()) == 2
    sign_in(client, physician)
    assert "Leave session 2 for later" in client.get(url).text


def test_nothing_chosen_is_said_in_words(client: FlaskClient, course: Course) -> None:
    url = page_of(course)
    page = post(client, url, form_in(client.get(url)), without=("slot-0-1", "slot-0-2", "slot-0-3"), do="book")
    assert page.status_code == 422
    assert "Choose at least one session." in page.text


def test_a_lost_race_books_nothing_and_marks_the_row_that_was_lost(
    client: FlaskClient, course: Course, physician: StaffMember, noon: datetime
) -> None:
    url = page_of(course)
    fields = form_in(client.get(url))
    slot = slots_in(fields)["0-2"]
    start = clock.at(slot.day, time(slot.start_minute // 60, slot.start_minute % 60), "Europe/Istanbul")
    for member in db.session.query(StaffMember):
        a_visit(a_patient("Can", f"Er{member.id}"), start, performer=member, minutes=120)
    page = post(client, url, fields, do="book")
    assert page.status_code == 422
    assert len(visits()) == db.session.query(StaffMember).count(), "none of the series is booked"
    assert page.text.count('class="chosen"') == 1
    assert '<tbody id="line-0-2" tabindex="-1" class="lost"' in page.text
    assert "Session 2:" in page.text
    assert slots_in(form_in(page))["0-3"] == slots_in(fields)["0-3"]


def test_a_time_that_was_tampered_with_is_ignored(client: FlaskClient, course: Course) -> None:
    url = page_of(course)
    odd: dict[str, Any] = {f"slot-0-{n}": "2026-13-45.x.1.1" for n in (1, 2, 3)}
    assert post(client, url, form_in(client.get(url)), **odd, do="book").status_code == 422
    assert visits() == []


def test_on_hold_nothing_is_offered(client: FlaskClient, course: Course) -> None:
    with transaction():
        db.session.add(Hold(plan=course.plan, from_day=TODAY, made_at=course.plan.made_at, reason="away"))
        course.plan.state = PlanState.ON_HOLD
    page = client.get(page_of(course))
    assert page.status_code == 200
    assert slots_in(form_in(page) if "form_token" in page.text else form_in(page, "csrf_token")) == {}


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
    assert 'value="book"' not in series
    assert "Other times" not in series
    assert "All free times" not in series
    assert "Nothing is booked while the plan is on hold" in one
    assert 'name="slot"' not in one
