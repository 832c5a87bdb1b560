"""A provider is away for a week: how many presses until every patient has a new time, on the page as people use it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.schedule import actions
from app.schedule.free import resources
from app.series import rows
from models import clock
from models.appointment import Appointment, VisitKind
from models.base import db, transaction
from models.message import ChangeSet
from models.staff import StaffMember
from tests import builders
from tests.browser.conftest import CHROMIUM, sign_in
from tests.schedule.scenes import consent, told

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

SESSIONS = 14
BAR = 6


class Hand:
    """Counts what a person does: clicks and choices. Typing is not counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def click(self, selector: str) -> None:
        self.page.click(selector)
        self.presses += 1

    def choose(self, selector: str, label: str) -> None:
        self.page.select_option(selector, label=label)
        self.presses += 1


def next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
def a_full_week(app: Flask, address: str) -> tuple[str, date]:
    """Three physicians; fourteen first sessions next week, all with the one who will be away, spread over five days."""
    doctor = db.session.query(StaffMember).filter_by(name="Dr. Burcu Çelen").one()
    builders.a_physician("Dr. Ali Er")
    builders.a_physician("Dr. Can Su")
    builders.a_nurse()
    now = clock.now()
    today = clock.day_of(now, "Europe/Istanbul")
    monday, version = next_monday(today), builders.a_protocol("mesotherapy_scalp")
    for n in range(SESSIONS):
        patient = builders.a_patient(f"Patient{n}", "Kaya", phone=f"+90532111{n:04d}")
        builders.an_evaluation(patient, doctor, today)
        course = builders.a_course(builders.a_plan(patient, doctor), version, today)
        consent(course, doctor)
        with transaction():
            rows.align_patient(patient.id, today)
            slot = resources.wanted(monday + timedelta(days=n % 5), 10 * 60 + 90 * (n // 5), doctor.id, None)
            actions.book(patient, VisitKind.TREATMENT, slot, [course.sessions[0]], told(patient, now), now)
    db.session.remove()
    return address, monday


def test_a_week_away_with_fourteen_sessions_takes_six_presses_at_most(a_full_week: tuple[str, date], browser: Browser) -> None:
    address, monday = a_full_week
    page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    sign_in(page, address)
    hand = Hand(page)
    hand.click("summary:has-text('New')")
    hand.click("a:has-text('Somebody is away')")
    hand.choose("select[name=person]", "Dr. Burcu Çelen")
    page.fill("input[name=first]", monday.isoformat())
    page.fill("input[name=last]", (monday + timedelta(days=6)).isoformat())
    hand.click("button:has-text('Show their visits')")
    assert page.locator("tbody tr").count() == SESSIONS
    hand.click("button:has-text('Apply')")
    page.wait_for_selector("text=14 visits are re-planned.")
    assert hand.presses <= BAR
    db.session.expire_all()
    doctor = db.session.query(StaffMember).filter_by(name="Dr. Burcu Çelen").one()
    moved = db.session.query(Appointment).filter(Appointment.local_day >= monday).all()
    assert len(moved) == SESSIONS
    assert not [one for one in moved if one.performer_id == doctor.id and one.local_day < monday + timedelta(days=7)]
    sets = db.session.query(ChangeSet).filter(ChangeSet.batch.is_not(None)).all()
    assert len({one.patient_id for one in sets}) == len(sets) == SESSIONS
    hand.click("button:has-text('Undo')")
    page.wait_for_selector("text=Everything is as it was.")


def test_an_exception_is_one_key(a_full_week: tuple[str, date], browser: Browser) -> None:
    address, monday = a_full_week
    page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    sign_in(page, address)
    page.goto(f"{address}/replan")
    page.select_option("select[name=person]", label="Dr. Burcu Çelen")
    page.fill("input[name=first]", monday.isoformat())
    page.fill("input[name=last]", (monday + timedelta(days=6)).isoformat())
    page.click("button:has-text('Show their visits')")
    page.focus("tbody tr >> nth=0")
    page.keyboard.press("j")
    page.keyboard.press("2")
    second = page.locator("tbody tr >> nth=1")
    assert second.locator("input[type=radio]:checked").get_attribute("data-key") == "2"
    page.keyboard.press("j")
    page.keyboard.press("0")
    third = page.locator("tbody tr >> nth=2")
    assert third.locator("input[type=radio]:checked").get_attribute("value") == "work"
