"""A patient asks to be called: the page shows the number to dial now, and when the clinic is closed whoever is on call is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.messages import compose, staff_mails
from app.messages.links import Purpose
from models import clock
from models.base import db, transaction
from models.message import Message
from models.staff import OnCall, StaffMember
from models.task import StaffTask
from tests import builders as a
from tests.links.conftest import Opener
from tests.mails.stories import Story, at

EVENING = at(2026, 12, 2, 21, 40)  # a Wednesday; the clinic is open until 19:00
MORNING = at(2026, 12, 2, 11)
OWN_NUMBER = "+90 532 000 00 07"


@pytest.fixture
def evening() -> Iterator[datetime]:
    with clock.set_to(EVENING):
        yield EVENING


def _on_call(day: date, phone: str = "") -> StaffMember:
    person = a.a_physician("Dr. Can Er")
    with transaction():
        db.session.add(OnCall(day=day, staff_id=person.id, phone=phone))
    return person


def _told() -> list[tuple[int | None, bool]]:
    mails = db.session.scalars(select(Message).where(Message.kind == "staff_on_call").order_by(Message.id))
    return [(mail.staff_id, mail.facts["unopened"]) for mail in mails]


def _ask(client: FlaskClient, story: Story, path_to: Opener, purpose: Purpose = Purpose.CHECKIN, argument: str = "call_me") -> StaffTask:
    client.post(path_to(purpose, story.told["checkin_1"][0], argument=argument))
    return db.session.scalars(select(StaffTask).where(StaffTask.kind == "call_patient")).one()


def _escalated(after: timedelta) -> list[tuple[int | None, bool]]:
    with transaction():
        staff_mails.escalate(EVENING + after)
    return _told()


@pytest.mark.parametrize("press", [False, True])
def test_the_number_to_dial_now_stands_before_and_after_the_press(
    client: FlaskClient, story: Story, path_to: Opener, evening: datetime, press: bool
) -> None:
    _on_call(date(2026, 12, 2), OWN_NUMBER)
    asked = {Purpose.CHECKIN: "call_me", Purpose.RESULT: "call_me", Purpose.LATE_SAFETY: "yes", Purpose.NEW_TIME: ""}
    for purpose, argument in asked.items():
        path = path_to(purpose, story.told["checkin_1"][0], argument=argument)
        page = (client.post(path, follow_redirects=True) if press else client.get(path)).get_data(as_text=True)
        assert 'href="tel:+905320000007"' in page
        assert 'href="tel:112"' in page


def test_a_night_belongs_to_the_duty_of_the_evening_before(client: FlaskClient, story: Story, path_to: Opener) -> None:
    _on_call(date(2026, 12, 2), OWN_NUMBER)
    path = path_to(Purpose.CHECKIN, story.told["checkin_1"][0], argument="call_me")
    for moment, number in ((at(2026, 12, 3, 3), "+905320000007"), (at(2026, 12, 3, 8, 30), "+905550000000"), (MORNING, "+902120000000")):
        with clock.set_to(moment):
            assert f'href="tel:{number}"' in client.get(path).get_data(as_text=True).split("callout-red")[1]


def test_at_night_the_person_on_call_gets_a_mail_that_names_nobody(
    client: FlaskClient, story: Story, path_to: Opener, evening: datetime
) -> None:
    doctor = _on_call(date(2026, 12, 2))
    a.a_manager()
    task = _ask(client, story, path_to)
    assert _told() == [(doctor.id, False)]
    mail = compose.compose(db.session.scalars(select(Message).where(Message.kind == "staff_on_call")).one(), EVENING)
    assert mail.subject == "A patient asked to be called"
    assert f"https://ege.example/on-call/{task.id}" in mail.text
    assert "21:40" in mail.text
    for word in ("Ayşe", "Yılmaz", "Şule", "Öztürk", "after the visit", "exosome"):
        assert word not in mail.text + mail.html


def test_while_the_clinic_is_open_the_call_list_is_enough(client: FlaskClient, story: Story, path_to: Opener) -> None:
    _on_call(date(2026, 12, 2))
    with clock.set_to(MORNING):
        _ask(client, story, path_to)
    assert _told() == []


def test_a_wish_for_a_time_wakes_nobody(client: FlaskClient, story: Story, path_to: Opener, evening: datetime) -> None:
    _on_call(date(2026, 12, 2))
    _ask(client, story, path_to, Purpose.NEW_TIME, "")
    assert _told() == []


def test_where_nobody_is_on_call_the_managers_are_told(client: FlaskClient, story: Story, path_to: Opener, evening: datetime) -> None:
    manager = a.a_manager()
    _ask(client, story, path_to)
    assert _told() == [(manager.id, False)]


def test_a_request_that_nobody_opens_goes_to_the_managers_after_half_an_hour_and_once(
    client: FlaskClient, story: Story, path_to: Opener, evening: datetime
) -> None:
    doctor, manager = _on_call(date(2026, 12, 2)), a.a_manager()
    _ask(client, story, path_to)
    assert _escalated(timedelta(minutes=29)) == [(doctor.id, False)]
    assert _escalated(timedelta(minutes=30)) == [(doctor.id, False), (manager.id, True)]
    assert _escalated(timedelta(minutes=45)) == [(doctor.id, False), (manager.id, True)]


def test_a_request_that_was_opened_stays_with_whoever_opened_it(
    client: FlaskClient, story: Story, path_to: Opener, evening: datetime
) -> None:
    doctor = _on_call(date(2026, 12, 2))
    a.a_manager()
    task = _ask(client, story, path_to)
    a.sign_in(client, doctor)
    page = client.get(f"/on-call/{task.id}").get_data(as_text=True)
    assert "Call +90 532 111 44 12" in page
    assert _escalated(timedelta(hours=1)) == [(doctor.id, False)]


def test_opening_the_mails_address_without_signing_in_is_no_opening(
    client: FlaskClient, story: Story, path_to: Opener, evening: datetime
) -> None:
    _on_call(date(2026, 12, 2))
    manager = a.a_manager()
    task = _ask(client, story, path_to)
    assert client.get(f"/on-call/{task.id}").status_code in (302, 303)
    assert _escalated(timedelta(hours=1))[-1] == (manager.id, True)


def test_a_manager_reads_whom_to_call_and_nothing_about_health(
    client: FlaskClient, story: Story, path_to: Opener, evening: datetime
) -> None:
    task = _ask(client, story, path_to, Purpose.LATE_SAFETY, "yes")
    a.sign_in(client, a.a_manager())
    page = client.get(f"/on-call/{task.id}").get_data(as_text=True)
    assert "Şule Öztürk" in page
    assert "noticed something" not in page


def test_every_open_request_stands_on_one_page(app: Flask, client: FlaskClient, story: Story, path_to: Opener, evening: datetime) -> None:
    doctor = _on_call(date(2026, 12, 2))
    _ask(client, story, path_to)
    a.sign_in(client, doctor)
    page = client.get("/on-call").get_data(as_text=True)
    assert "Now: Dr. Can Er" in page
    assert "not yet" in page


def test_where_nobody_is_on_call_no_mail_says_that_somebody_was_told(
    client: FlaskClient, story: Story, path_to: Opener, evening: datetime
) -> None:
    a.a_manager()
    _ask(client, story, path_to)
    _escalated(timedelta(minutes=30))
    assert [message.facts["alone"] for message in db.session.query(Message).filter_by(kind="staff_on_call")] == [True, True]
