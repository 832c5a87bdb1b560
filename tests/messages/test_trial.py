"""A test mail to oneself: it says what became of it, and ticks the first step only where mail really went."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.clinic.readiness import Need, missing
from app.messages import outbox, setting
from app.messages.transports import transport_from_url
from models import clock
from models.base import db, transaction
from models.message import Message, MessageState
from tests.builders import a_clinic, a_manager, a_physician, sign_in


@pytest.fixture
def manager(client: FlaskClient, noon: datetime) -> FlaskClient:
    a_clinic(phone="", reply_address="")
    sign_in(client, a_manager(skills=[]))
    return client


def let_go(now: datetime) -> None:
    while (claimed := outbox.claim_next(now, "test")) is not None:
        outbox.deliver(claimed, setting.transport())


def test_even_a_clinic_without_telephones_sends_its_manager_a_reminder_that_says_it_is_a_test(manager: FlaskClient, noon: datetime) -> None:
    assert manager.post("/messages/trial").location == "/messages/trial"
    assert "waiting" in manager.get("/messages/trial").text.lower()
    let_go(noon)
    page = manager.get("/messages/trial").text
    assert "nobody received it" in page
    message = db.session.query(Message).one()
    assert message.body.subject.startswith("[Test]")
    assert f'href="/messages/{message.id}"' in page


def test_where_mail_leaves_the_machine_a_file_does_not_tick_the_step(app: Flask, manager: FlaskClient, noon: datetime) -> None:
    manager.post("/messages/trial")
    assert Need.MAIL_TEST in missing()
    let_go(noon)
    assert Need.MAIL_TEST not in missing()
    app.extensions["transport"] = transport_from_url("smtp://127.0.0.1:2525", app.extensions["seans"].mail_folder)
    assert Need.MAIL_TEST in missing()
    with transaction():
        db.session.query(Message).update({"state": MessageState.SENT})
    assert Need.MAIL_TEST not in missing()


def test_only_a_manager_tries_the_way_mails_go(manager: FlaskClient) -> None:
    sign_in(manager, a_physician())
    assert manager.get("/messages/trial").status_code == 403
    assert manager.post("/messages/trial").status_code == 403


def test_pressed_again_while_one_is_on_its_way_no_second_one_goes(manager: FlaskClient, noon: datetime) -> None:
    for n in range(3):
        with clock.set_to(noon + timedelta(seconds=n)):
            manager.post("/messages/trial")
    assert db.session.query(Message).count() == 1
    let_go(noon)
    with clock.set_to(noon + timedelta(seconds=9)):
        manager.post("/messages/trial")
    assert db.session.query(Message).count() == 2
