"""The page of a new finding says before it is saved what goes on hold and what becomes of every visit."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from models.appointment import Appointment, VisitState
from models.base import db
from models.event import Event
from models.message import Message
from models.patient import Finding, Patient
from models.treatment import Course, Hold
from tests import builders
from tests.builders import a_course, sign_in
from tests.plans.pages import form_in, post
from tests.schedule.pages import words

VISIT = "Tuesday 22 December 2026, 10:00"


def shown(client: FlaskClient, patient: Patient, **typed: str) -> str:
    """What the page says once *Show the visits* is pressed."""
    url = f"/patients/{patient.id}/finding/new"
    answer = post(client, url, form_in(client.get(url)), do="show", **typed)
    assert answer.status_code == 200
    return words(answer)


def test_it_names_what_goes_on_hold_until_when_and_each_visit_and_writes_nothing(
    client: FlaskClient, course: Course, patient: Patient
) -> None:
    page = shown(client, patient, rule="pregnant")
    assert "This goes on hold at once:" in page
    assert "PRP, scalp: since Tue 1 Dec, until this is recorded: the end of the pregnancy" in page
    assert f"{VISIT} · cancelled" in page
    assert db.session.query(Finding).count() == db.session.query(Hold).count() == db.session.query(Message).count() == 0
    assert [event.action for event in db.session.query(Event) if event.object_type in ("finding", "treatment_plan")] == []
    assert {visit.state for visit in db.session.query(Appointment)} == {VisitState.BOOKED}


def test_a_pause_that_ends_before_the_visit_leaves_it(client: FlaskClient, course: Course, patient: Patient) -> None:
    page = shown(client, patient, rule="infection_body")
    assert "from Tue 1 Dec to" in page
    assert "No visit falls into the pause." in page
    assert VISIT not in page


def test_what_holds_nothing_is_said_so(client: FlaskClient, course: Course, patient: Patient) -> None:
    assert "It puts no course on hold." in shown(client, patient, rule="nsaid")


def test_a_finding_in_one_area_names_the_course_there_alone(client: FlaskClient, course: Course, patient: Patient) -> None:
    a_course(course.plan, builders.a_protocol("mesotherapy_face"))
    page = shown(client, patient, rule="infection_area", area="forehead")
    assert "Mesotherapy, face: since Tue 1 Dec, until this is recorded: that it has healed" in page
    assert "PRP, scalp: since" not in page


def test_what_is_typed_stays_and_is_recorded_by_the_next_press(client: FlaskClient, course: Course, patient: Patient) -> None:
    url = f"/patients/{patient.id}/finding/new"
    page = post(client, url, form_in(client.get(url)), do="show", rule="pregnant", note="week 8")
    assert "week 8" in page.text
    fields = form_in(page)
    assert post(client, url, fields).status_code == 303
    assert [finding.note for finding in db.session.query(Finding)] == ["week 8"]


@pytest.mark.parametrize("typed", [{"rule": ""}, {"rule": "pregnant", "since": "1.1.2027"}])
def test_what_is_typed_wrongly_is_told_and_shows_nothing(client: FlaskClient, patient: Patient, typed: dict[str, str]) -> None:
    url = f"/patients/{patient.id}/finding/new"
    answer = post(client, url, form_in(client.get(url)), do="show", **typed)
    assert answer.status_code == 422
    assert "on hold at once" not in answer.text


def test_a_nurse_sees_it_too(client: FlaskClient, course: Course, patient: Patient, noon: datetime) -> None:
    sign_in(client, builders.a_nurse())
    assert VISIT in shown(client, patient, rule="pregnant")
