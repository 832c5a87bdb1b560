"""`/healthz` and the line over the pages: what is said when the engine stands still."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.messages.transports import MemoryTransport
from app.status import health
from models.base import db, transaction
from models.clinic import Clinic
from models.heartbeat import Heartbeat, Lease
from models.message import ChannelState
from tests.builders import EARLY, a_clinic, a_manager, a_patient, a_receptionist, a_visit, sign_in
from tests.messages.stories import book

STILL = "the timetable is not running"


@pytest.fixture
def alive(app: Flask, noon: datetime) -> datetime:
    """The timetable is worked, mail leaves."""
    app.extensions["transport"] = MemoryTransport()
    a_clinic()
    with transaction():
        db.session.add(Heartbeat(job="send", started_at=noon - timedelta(minutes=1)))
    return noon


def page(client: FlaskClient) -> str:
    sign_in(client, a_manager())
    return client.get("/settings").text


def stop_mail(now: datetime, why: str = "auth: 535 wrong password") -> None:
    with transaction():
        db.session.add(ChannelState(name="mail", stopped_at=now, why=why, refused_in_a_row=[]))


def test_all_well_is_200_and_three_words(client: FlaskClient, alive: datetime) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"database": "ok", "jobs": "ok", "mail": "ok"}


def test_jobs_that_are_silent_are_told(app: Flask, client: FlaskClient, noon: datetime) -> None:
    assert client.get("/healthz").json == {"database": "ok", "jobs": "failing", "mail": "ok"}
    assert client.get("/healthz").status_code == 503


def test_a_process_that_holds_the_timetable_is_a_sign_of_life(app: Flask, client: FlaskClient, noon: datetime) -> None:
    with transaction():
        db.session.add(Lease(name="timetable", owner="1", until=noon + timedelta(minutes=2)))
    assert client.get("/healthz").status_code == 200


def test_a_stopped_channel_is_told_without_its_reason(client: FlaskClient, alive: datetime) -> None:
    stop_mail(alive)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"database": "ok", "jobs": "ok", "mail": "failing"})
    assert "535" not in answer.text


def test_a_database_that_does_not_answer_is_told(client: FlaskClient, alive: datetime) -> None:
    with transaction():
        db.session.execute(text("DROP TABLE heartbeat"))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"database": "failing", "jobs": "unknown", "mail": "unknown"}


def test_nothing_stands_over_the_page_when_all_is_well(client: FlaskClient, alive: datetime) -> None:
    assert 'class="banner' not in page(client)


def test_a_timetable_that_stands_still_stands_over_the_page(app: Flask, client: FlaskClient, noon: datetime) -> None:
    a_clinic()
    assert STILL in page(client)


@pytest.mark.parametrize(
    ("why", "words"), [("auth: 535 wrong password", "they cannot be handed over"), ("volume", "many more than usual would go")]
)
def test_a_stopped_channel_stands_over_the_page_in_words(client: FlaskClient, alive: datetime, why: str, words: str) -> None:
    stop_mail(alive, why)
    shown = page(client)
    assert words in shown
    assert "535" not in shown


@pytest.mark.parametrize(("member", "named"), [(a_manager, True), (a_receptionist, False)])
def test_mails_that_stay_here_are_told_and_the_manager_learns_why(
    app: Flask, client: FlaskClient, alive: datetime, member: Any, named: bool
) -> None:
    app.extensions["transport"] = MemoryTransport(keeps_mail_here=True)
    sign_in(client, member())
    shown = client.get("/settings").text
    assert "Mails do not leave this machine" in shown
    assert ("MAIL_URL" in shown) is named


@pytest.mark.parametrize(("late", "told"), [(31, True), (29, False)])
def test_mails_that_wait_long_beyond_their_time_stand_over_the_page(client: FlaskClient, alive: datetime, late: int, told: bool) -> None:
    sign_in(client, a_receptionist())
    book(a_visit(a_patient(email_verified_at=EARLY), alive + timedelta(days=9), kind="review"), alive - timedelta(minutes=late + 3))
    assert ("Mails wait" in page(client)) is told


def test_before_mailing_has_started_nothing_is_late(client: FlaskClient, alive: datetime) -> None:
    sign_in(client, a_receptionist())
    with transaction():
        db.session.get_one(Clinic, 1).mailing_started = False
    book(a_visit(a_patient(email_verified_at=EARLY), alive + timedelta(days=9), kind="review"), alive - timedelta(hours=5))
    assert "Mails wait" not in page(client)


def test_the_oldest_mail_is_found_by_the_index_of_what_waits(app: Flask) -> None:
    asked = health._FACTS.params(mailbox="").compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {asked}"))
    assert "ix_message_waiting (state=?)" in str(plan.all())


def test_a_demo_clinic_is_not_warned_about_mails_that_stay_here(app: Flask, client: FlaskClient, alive: datetime) -> None:
    app.extensions["transport"] = MemoryTransport(keeps_mail_here=True)
    with transaction():
        db.session.get_one(Clinic, 1).demo = True
    assert "Mails do not leave" not in page(client)
