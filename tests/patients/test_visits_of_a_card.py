"""The visits of a patient's card: those to come, then the last ten, then older ones folded, and all of them when asked."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.patient import Patient
from tests import builders as b
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    b.a_clinic()
    b.sign_in(client, b.a_receptionist())
    return client


def a_patient_who_came(times: int) -> Patient:
    """Once a week, the last time a week ago."""
    patient = b.a_patient()
    with transaction():
        for week in range(1, times + 1):
            at = NOON - timedelta(weeks=week)
            db.session.add(
                Appointment(location_id=b.the_location().id, patient_id=patient.id, kind="treatment", state=VisitState.DONE, minutes=60,
                            local_day=at.date(), local_time=at.time(), zone="Europe/Istanbul", starts_at=at, hands_on_at=at,
                            ends_at=at + timedelta(hours=1), made_at=b.EARLY)
            )  # fmt: skip
    return patient


def days(text: str) -> list[str]:
    return re.findall(r'<a href="/visits/\d+">(?:\w+ )(\d+ \w+ \d+)', text)


def test_the_last_ten_stand_open_and_older_ones_are_folded(desk: FlaskClient) -> None:
    text = desk.get(f"/patients/{a_patient_who_came(14).id}").text
    opened, folded = text.split("<summary>Older visits</summary>")
    assert (len(days(opened)), len(days(folded))) == (10, 4)
    assert days(opened)[0] == "24 November 2026"
    assert date(2026, 8, 25).strftime("%-d %B %Y") == days(folded)[-1]
    assert "Show every visit" not in text


def test_of_two_hundred_visits_every_one_is_shown_when_it_is_asked_for(desk: FlaskClient) -> None:
    patient = a_patient_who_came(200)
    text = desk.get(f"/patients/{patient.id}").text
    assert len(days(text)) == 50
    assert "Show every visit" in text
    assert len(days(desk.get(f"/patients/{patient.id}?visits=all").text)) == 200
