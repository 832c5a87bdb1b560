"""A visit from booked to done on one page (U5): arrived, cream on, start, done; four clicks, counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app import passwords
from app.schedule import consents
from app.series import rows as series_rows
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import Message
from models.numbing import CreamUse
from models.product import LotUse, Product
from models.staff import StaffMember
from tests import builders
from tests.browser.conftest import CHROMIUM, DOCTOR, PASSWORD, served, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


@pytest.fixture
def there(app: Flask) -> Iterator[str]:
    """An exosome visit of today; lots of the day and usual amounts are known."""
    app.config["WTF_CSRF_ENABLED"] = True
    builders.a_clinic()
    doctor, patient = builders.a_physician(email=DOCTOR), builders.a_patient()
    today = clock.day_of(clock.now(), "Europe/Istanbul")
    builders.an_evaluation(patient, doctor, today)
    course = builders.a_course(builders.a_plan(patient, doctor), builders.a_protocol("exosome_scalp"), today)
    for kind, number in (("exosome", "EX-1"), ("numbing_cream", "EM-1")):
        builders.a_lot(kind, number, default_on=today)
    builders.a_visit(patient, clock.at(today, time(12), "Europe/Istanbul"), course.sessions[0], performer=doctor)
    with transaction():
        db.session.get_one(StaffMember, doctor.id).password_hash = passwords.hash_password(PASSWORD)
        for product in db.session.query(Product):
            product.limits = {"usual_amount": "2", "usual_unit": "ml", "max_minutes": 60}
        consents.sign(course, doctor.id, clock.now())
        series_rows.align_patient(patient.id, today)
    db.session.remove()
    with served(app) as address:
        yield address


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_from_booked_to_done_in_four_clicks(there: str, browser: Browser, script: bool) -> None:
    page = browser.new_context(java_script_enabled=script, viewport={"width": 1366, "height": 800}).new_page()
    sign_in(page, there, DOCTOR)
    page.goto(f"{there}/day")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    clicks = 0
    for word, after in (("Arrived", "Cream on"), ("Cream on", "Start"), ("Start", "Done"), ("Done", "Undo")):
        page.get_by_role("button", name=word, exact=False).first.click()
        clicks += 1
        page.get_by_role("button", name=after).first.wait_for()
    page.get_by_text("Care instructions go at").first.wait_for()
    assert (clicks, len(loads) if script else 0) == (4, 0)
    assert "Next: best on" in page.content()
    db.session.rollback()
    assert db.session.query(Appointment).one().state is VisitState.DONE
    assert [use.lot.number for use in db.session.query(LotUse)] == ["EX-1"]
    assert [use.off_at is not None for use in db.session.query(CreamUse)] == [True]
    assert db.session.query(Message).filter_by(kind="aftercare").count() == 1
    page.context.close()
