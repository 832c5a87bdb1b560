"""Joining two records, as the desk does it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.base import db, transaction
from models.event import Event
from models.merge import PatientMerge
from models.patient import Finding, Patient
from tests import builders as b
from tests.conftest import NOON
from tests.schedule.pages import words

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    b.a_clinic()
    b.sign_in(client, b.a_receptionist())
    return client


def twins(**other: object) -> tuple[Patient, Patient]:
    said = {"birth_date": date(1980, 1, 2), "phone": "+905321112233"}
    return b.a_patient("Ayşe", "Ak", **said), b.a_patient("Ayşe", "Ak", **(said | other))


def press(desk: FlaskClient, kept: Patient, gone: Patient, **fields: str) -> TestResponse:
    return desk.post(f"/patients/{kept.id}/same/{gone.id}", data={"seen": f"{kept.version}-{gone.version}", **fields})


def test_the_card_says_who_may_be_the_same_and_leads_there(desk: FlaskClient) -> None:
    kept, gone = twins()
    b.a_patient("Mehmet", "Ak", phone="+905321112233", birth_date=date(1978, 1, 1))
    page = desk.get(f"/patients/{kept.id}")
    assert f"This may be the same person: Ayşe Ak, register no. {gone.id}." in words(page)
    assert words(page).count("may be the same person: Ayşe") == 1
    assert f"/patients/{kept.id}/same/{gone.id}" in page.text


def test_a_family_with_one_telephone_is_not_taken_for_one_person(desk: FlaskClient) -> None:
    one = b.a_patient("Ayşe", "Ak", phone="+905321112233")
    b.a_patient("Mehmet", "Tan", phone="+905321112233")
    assert "may be the same person" not in desk.get(f"/patients/{one.id}").text


def test_the_page_says_what_moves_before_one_press_joins_them(desk: FlaskClient) -> None:
    kept, gone = twins()
    b.a_visit(gone, NOON + timedelta(days=2))
    assert "Moves: 1 visit" in words(desk.get(f"/patients/{kept.id}/same/{gone.id}"))
    assert press(desk, kept, gone).status_code == 303
    assert "Joined records" in words(desk.get(f"/patients/{kept.id}"))
    assert db.session.scalars(select(Event.patient_id).where(Event.action == "joined with another record")).all() == [kept.id, gone.id]


def test_differing_birth_dates_must_be_decided(desk: FlaskClient) -> None:
    kept, gone = twins(birth_date=date(1990, 5, 5))
    answer = press(desk, kept, gone)
    assert answer.status_code == 422
    assert "Please fill this in." in words(answer)
    assert press(desk, kept, gone, birth_date="gone").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Patient, kept.id).birth_date == date(1990, 5, 5)


def test_old_addresses_of_pages_lead_to_the_kept_record_and_a_form_sent_to_it_is_refused(desk: FlaskClient) -> None:
    kept, gone = twins()
    press(desk, kept, gone)
    assert desk.get(f"/patients/{gone.id}").location == f"/patients/{kept.id}"
    assert desk.get(f"/patients/{gone.id}/edit").location == f"/patients/{kept.id}/edit"
    assert desk.get(f"/visits/new?patient={gone.id}").location == f"/visits/new?patient={kept.id}"
    refused = desk.post(f"/patients/{gone.id}/consents/recall", data={"form_token": "a", "agreed": "y"})
    assert refused.status_code == 422
    assert "This record was joined with that of Ayşe Ak meanwhile." in words(refused)


def test_it_is_taken_back_from_the_card(desk: FlaskClient) -> None:
    kept, gone = twins()
    visit = b.a_visit(gone, NOON + timedelta(days=2))
    press(desk, kept, gone)
    merge = db.session.scalar(select(PatientMerge))
    assert merge is not None
    assert "Goes back, with what has been made about it since: 1 visit" in words(desk.get(f"/patients/joined/{merge.id}"))
    assert desk.post(f"/patients/joined/{merge.id}").location == f"/patients/{gone.id}"
    db.session.expire_all()
    assert visit.patient_id == gone.id
    assert desk.get(f"/patients/{gone.id}").status_code == 200


def test_a_record_that_changed_while_the_page_was_open_is_looked_at_again(desk: FlaskClient) -> None:
    kept, gone = twins()
    answer = desk.post(f"/patients/{kept.id}/same/{gone.id}", data={"seen": "1-9"})
    assert answer.status_code == 422
    assert "was changed meanwhile" in words(answer)


def test_who_is_looked_for_is_found_beside_the_likely_ones(desk: FlaskClient) -> None:
    kept, _gone = twins()
    other = b.a_patient("Zeynep", "Kaya")
    assert desk.post(f"/patients/{kept.id}/same", data={"q": "zeynep"}).location == f"/patients/{kept.id}/same/{other.id}"
    assert "Very likely the same" in words(desk.get(f"/patients/{kept.id}/same"))


def test_the_desk_does_not_learn_of_findings(desk: FlaskClient) -> None:
    kept, gone = twins()
    with transaction():
        db.session.add(Finding(patient_id=gone.id, rule="pregnancy", since=date(2026, 11, 1), added_at=NOON))
    page = words(desk.get(f"/patients/{kept.id}/same/{gone.id}"))
    assert "finding" not in page
