"""A patient answers a mail on a phone (U12)."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.messages.compose import compose
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import Message
from tests.browser.conftest import CHROMIUM
from tests.mails.stories import a_message, with_public_url
from tests.people.counter import Person
from tests.people.figures import BARS, Tally
from tests.people.plans import MOMENT, TODAY

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

A_SMALL_PAGE = 15_000
"""Bytes."""


@pytest.fixture
def mail(busy: Flask, address: str) -> tuple[str, int]:
    """What a patient gets three days before a visit, and the visit's number."""
    with_public_url(address)
    soon = db.session.query(Appointment).filter(Appointment.local_day > TODAY, Appointment.plan_id.is_not(None))
    visit = soon.order_by(Appointment.starts_at).first()
    message = a_message("reminder_1", visit, patient=visit.patient)
    with transaction():
        html = compose(db.session.get_one(Message, message.id), MOMENT).html
    found = html, visit.id
    db.session.remove()
    return found


def test_u12_a_patient_confirms_with_two_taps(browser: Browser, mail: tuple[str, int], tally: Tally) -> None:
    html, visit = mail
    page = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, java_script_enabled=False).new_page()
    weights: list[int] = []
    page.on("response", lambda answer: weights.append(len(answer.body())))
    page.set_content(html)
    patient = Person(page)
    patient.click(page.get_by_role("link", name="Geleceğim"))
    button = page.get_by_role("button", name="Evet, geleceğim")
    button.wait_for()
    assert sum(weights) <= A_SMALL_PAGE
    assert page.locator("script, input[type=password]").count() == 0
    assert state_of(visit) is VisitState.BOOKED, "opening says nothing yet"
    patient.click(button)
    page.get_by_text("Teşekkür ederiz.").wait_for()
    assert state_of(visit) is VisitState.CONFIRMED
    assert tally("U12", patient, how="without a script") <= BARS["U12"].most
    page.context.close()


def state_of(visit: int) -> VisitState:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Appointment, visit).state
