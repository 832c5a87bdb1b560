"""A form is signed with a finger on the screen, and a photo is sent from a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.patients import actions as patients
from models import clock
from models.base import db, transaction
from models.file import Photo, StoredFile
from models.patient import Consent, ConsentKind, Patient, SignedOn
from models.staff import Role, StaffMember
from models.treatment import Course
from tests import builders
from tests.browser.conftest import CHROMIUM, DOCTOR, sign_in
from tests.files.pictures import a_photo

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]


@pytest.fixture
def course(address: str, app: Flask) -> Course:
    doctor = next(one for one in db.session.query(StaffMember) if one.has_role(Role.PHYSICIAN))
    patient = db.session.query(Patient).one()
    with transaction():
        patients.give_consent(db.session.get_one(Patient, patient.id), ConsentKind.PHOTOS_RECORD, clock.now())
    return builders.a_course(builders.a_plan(patient, doctor), builders.a_protocol())


@pytest.fixture
def phone(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()
    sign_in(page, address, DOCTOR)
    return page


def test_what_is_drawn_becomes_the_signature(phone: Page, address: str, course: Course) -> None:
    phone.goto(f"{address}/courses/{course.id}/consent")
    canvas = phone.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    phone.mouse.move(box["x"] + 20, box["y"] + 30)
    phone.mouse.down()
    for n in range(10):
        phone.mouse.move(box["x"] + 20 + 8 * n, box["y"] + 30 + 5 * (n % 3))
    phone.mouse.up()
    assert phone.locator("input[name=way][value=screen]").is_checked()
    phone.locator("main form.form .button.primary").click()
    phone.wait_for_url(f"**/plan/{course.plan_id}")
    db.session.rollback()  # what the server wrote meanwhile is seen only by a question that begins now
    given = db.session.query(Consent).filter_by(kind=ConsentKind.PROCEDURE).one()
    assert given.way is SignedOn.SCREEN
    assert db.session.get_one(StoredFile, given.file_id).size > 500


def test_a_photo_is_sent_and_seen(phone: Page, address: str, course: Course) -> None:
    patient = course.plan.patient_id
    for days, colour in ((30, "#806040"), (0, "#c08060")):
        phone.goto(f"{address}/patients/{patient}/photos")
        phone.set_input_files("input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": a_photo(colour=colour)})
        phone.fill("input[name=taken_on]", (clock.now().date() - timedelta(days=days)).isoformat())
        with phone.expect_navigation():
            phone.locator("main form.form .button.primary").click()
    db.session.rollback()  # what the server wrote meanwhile is seen only by a question that begins now
    assert db.session.query(Photo).count() == 2
    phone.locator("a.button.small").first.click()
    phone.wait_for_load_state("networkidle")
    widths = phone.eval_on_selector_all(".pair img", "all => all.map((one) => one.naturalWidth)")
    assert widths == [640, 640]
