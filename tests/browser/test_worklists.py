"""The next session of a series is booked from the worklist: one press on the time that is suggested, and one to take it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.series import rows
from models import clock
from models.appointment import Appointment, VisitKind
from models.base import db, transaction
from models.staff import StaffMember
from tests import builders
from tests.browser.conftest import CHROMIUM, sign_in
from tests.schedule.scenes import consent

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


@pytest.fixture
def a_session_to_book(app: Flask, address: str) -> tuple[str, int]:
    """A patient whose first session was four weeks ago and whose next one nobody has booked."""
    doctor = db.session.query(StaffMember).filter_by(name="Dr. Burcu Çelen").one()
    builders.a_nurse()
    today = clock.day_of(clock.now(), "Europe/Istanbul")
    patient = builders.a_patient("Elif", "Koç", phone="+905321110001")
    builders.an_evaluation(patient, doctor, today - timedelta(days=30))
    course = builders.a_course(builders.a_plan(patient, doctor), builders.a_protocol("prp_scalp"), today - timedelta(days=28))
    consent(course, doctor)
    builders.done(course.sessions[0], today - timedelta(days=28), performed_by_id=doctor.id)
    with transaction():
        rows.align_patient(patient.id, today)
    session_id = course.sessions[1].id
    db.session.remove()
    return address, session_id


def test_the_next_session_is_booked_with_one_press(a_session_to_book: tuple[str, int], browser: Browser) -> None:
    address, session_id = a_session_to_book
    page = browser.new_context(viewport={"width": 1366, "height": 900}).new_page()
    sign_in(page, address)
    page.goto(f"{address}/work?list=unbooked")
    suggested = page.locator("tr:has-text('Elif Koç') button:has-text('Book ')")
    suggested.click()
    page.get_by_role("button", name="Undo").wait_for()
    assert page.url == f"{address}/work?list=unbooked#lines"
    db.session.rollback()
    visit = db.session.query(Appointment).filter_by(kind=VisitKind.TREATMENT).one()
    assert [link.session_id for link in visit.sessions] == [session_id]
    page.get_by_role("button", name="Undo").click()
    suggested.wait_for()
    page.context.close()
