"""A day with three open rows is closed with two presses, and one takes all of it back; without a script too."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models import clock
from models.appointment import Appointment, VisitState
from models.base import db
from tests import builders
from tests.browser.conftest import CHROMIUM, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]
ZONE = "Europe/Istanbul"


@pytest.fixture
def yesterday(app: Flask, address: str) -> date:
    """Three visits of yesterday that nobody closed: one in treatment, one who has arrived, one who never came."""
    day = clock.day_of(clock.now(), ZONE) - timedelta(days=1)
    states = (VisitState.IN_TREATMENT, VisitState.ARRIVED, VisitState.BOOKED)
    for n, state in enumerate(states):
        starts = clock.at(day, time(10 + n), ZONE)
        builders.a_visit(builders.a_patient(f"Hasta {n}", "Kaya"), starts, state=state, kind="consultation")
    db.session.remove()
    return day


def state_of_all(day: date) -> list[VisitState]:
    db.session.remove()
    return [visit.state for visit in db.session.query(Appointment).filter_by(local_day=day).order_by(Appointment.id)]


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_three_open_rows_are_two_presses_and_one_undo(address: str, browser: Browser, yesterday: date, script: bool) -> None:
    page: Page = browser.new_page(java_script_enabled=script)
    sign_in(page, address)
    page.goto(f"{address}/day/{yesterday}")
    page.get_by_role("link", name="Close day").click()
    page.locator(".buttons .primary").click()
    expect(page.locator(".callout b")).to_contain_text("by Deniz Ak")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator(".toast")).to_contain_text("Undone")
    assert state_of_all(yesterday) == [VisitState.IN_TREATMENT, VisitState.ARRIVED, VisitState.BOOKED]
    page.close()
