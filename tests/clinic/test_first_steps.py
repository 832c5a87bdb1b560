"""The way to the first visit stands on Today until it is done; each step ticks itself, and may be left for later."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from models.base import db, transaction
from models.clinic import Clinic
from models.message import Message, MessageState
from tests.builders import a_clinic, a_manager, a_patient, a_physician, a_protocol, a_receptionist, sign_in
from tests.mails.stories import a_message

HEADING = "Before the first visit"


@pytest.fixture
def manager(client: FlaskClient, noon: datetime) -> FlaskClient:
    """The manager of a clinic with hours and rooms, in which nobody treats yet."""
    a_clinic(phone="")
    sign_in(client, a_manager(skills=[]))
    return client


def test_today_names_each_step_that_is_not_done_with_the_page_where_it_is(manager: FlaskClient) -> None:
    page = manager.get("/day").text
    assert HEADING in page
    for path, word in (("/settings/clinic", "Telephone numbers"), ("/staff", "A physician"), ("/protocols", "An approved protocol")):
        assert f'<a href="{path}">{word}</a>' in page
    assert "Opening hours</a>" not in page
    assert HEADING not in manager.get("/day/2026-12-02").text


def test_a_step_ticks_itself_and_the_list_goes_with_the_last_one(manager: FlaskClient) -> None:
    a_physician()
    assert "A physician</a>" not in manager.get("/day").text
    a_protocol()
    patient = a_patient()
    mail = a_message("booked", patient, patient=patient)
    with transaction():
        db.session.get_one(Message, mail.id).state = MessageState.FILED
    assert HEADING in manager.get("/day").text
    with transaction():
        db.session.get_one(Clinic, 1).phone = "+902120000000"
    assert HEADING not in manager.get("/day").text
    assert HEADING not in manager.get("/settings").text


def test_a_step_that_is_left_for_later_leaves_today_and_stays_in_the_settings(manager: FlaskClient) -> None:
    answer = manager.post("/settings/first-steps/telephone/later", data={"next": "/day"})
    assert answer.location == "/day"
    assert "1 left for later" in manager.get("/settings").text
    for need in ("physician", "protocol", "patient", "working_hours", "mail_test"):
        manager.post(f"/settings/first-steps/{need}/later")
    assert HEADING not in manager.get("/day").text
    manager.post("/settings/first-steps/telephone/now")
    assert "Telephone numbers</a>" in manager.get("/day").text
    assert "telephone" not in db.session.get_one(Clinic, 1).left_for_later


def test_a_physician_is_led_to_the_protocols_and_nobody_else_is_asked(manager: FlaskClient) -> None:
    sign_in(manager, a_physician())
    page = manager.get("/day").text
    assert '<a href="/protocols/approve-read">An approved protocol</a>' in page
    assert "Telephone numbers" not in page
    sign_in(manager, a_receptionist())
    assert HEADING not in manager.get("/day").text


def test_there_are_no_other_steps_and_reception_leaves_none(manager: FlaskClient) -> None:
    assert manager.post("/settings/first-steps/coffee/later").status_code == 404
    sign_in(manager, a_receptionist())
    assert manager.post("/settings/first-steps/telephone/later").status_code == 403
