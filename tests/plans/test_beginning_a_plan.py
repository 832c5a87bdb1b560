"""What a new plan begins with: what stands in its way said at once, the wish for whoever makes it, and what is booked told after."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from models.base import db, transaction
from models.patient import Finding, Patient
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from models.treatment import TreatmentPlan
from tests.builders import TODAY, a_protocol, an_evaluation
from tests.plans.pages import form_in, post, send
from tests.schedule.pages import primary_buttons, words


def builder(patient: Patient, version: ProtocolVersion | None = None) -> str:
    return f"/patients/{patient.id}/plan/new" + (f"?with={version.id}" if version else "")


def pregnant(patient: Patient, noon: datetime) -> None:
    with transaction():
        db.session.add(Finding(patient_id=patient.id, rule="pregnant", since=TODAY, added_at=noon))


def test_the_choice_of_a_protocol_says_what_would_hold_it_at_once(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, noon: datetime
) -> None:
    assert "On hold from the beginning" not in words(client.get(builder(patient)))
    pregnant(patient, noon)
    page = words(client.get(builder(patient)))
    assert "Something stands in the way of treatment now" in page
    assert "On hold from the beginning : Pregnan" in page


def test_a_finding_that_is_over_is_not_said(client: FlaskClient, patient: Patient, prp: ProtocolVersion, noon: datetime) -> None:
    with transaction():
        db.session.add(Finding(patient_id=patient.id, rule="pregnant", since=TODAY, added_at=noon, cleared_at=noon))
    assert "On hold from the beginning" not in words(client.get(builder(patient)))


def test_the_wish_begins_with_the_physician_who_makes_the_plan(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember
) -> None:
    assert form_in(client.get(builder(patient, prp)))["preferred_staff"] == str(physician.id)


@pytest.mark.parametrize("lacks", ["skills", "hours"])
def test_who_may_not_perform_it_or_does_not_work_here_is_not_wished_for(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember, lacks: str
) -> None:
    with transaction():
        setattr(db.session.get_one(StaffMember, physician.id), lacks, [])
    assert form_in(client.get(builder(patient, prp)))["preferred_staff"] == ""


def test_a_booked_series_stands_under_changes_with_its_days_and_its_button_is_no_longer_the_first(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember
) -> None:
    an_evaluation(patient, physician, TODAY)
    url = builder(patient, prp)
    made = post(client, url, form_in(client.get(url)), do="book-first")
    page = client.get(made.location)
    assert "Session 1 booked : Tue 1 Dec " in words(page)
    assert "Book 2 sessions" in words(page)
    assert "Book 2 sessions" not in primary_buttons(page)
    plan = db.session.query(TreatmentPlan).one()
    book = f"/plan/{plan.id}/book"
    answer = post(client, book, form_in(client.get(book)), do="book")
    assert "Sessions 2, 3 booked : " in words(client.get(answer.location))


def test_while_the_next_session_has_no_visit_its_booking_is_the_first_button(
    client: FlaskClient, patient: Patient, prp: ProtocolVersion, physician: StaffMember
) -> None:
    an_evaluation(patient, physician, TODAY)
    url = builder(patient, prp)
    made = post(client, url, form_in(client.get(url)), do="start")
    assert "Book 3 sessions" in primary_buttons(client.get(made.location))


def test_sessions_that_are_booked_count_among_those_that_fit_into_the_stay(
    client: FlaskClient, patient: Patient, physician: StaffMember
) -> None:
    an_evaluation(patient, physician, TODAY)
    url = builder(patient, a_protocol("mesotherapy_scalp"))
    typed = {f"courses__0__spans__{n}__{name}": 21 for n in range(5) for name in ("least", "ideal", "most")}
    stay = {"first_day": "1.12.2026", "last_day": "30.12.2026"}
    page = send(client, url, do="preview", **typed, **stay)
    made = post(client, url, form_in(page), do="book")
    assert "2 of 6 sessions fit into the stay." in words(client.get(f"{made.location}/book"))
