"""What goes wrong under the hand in a real browser: nothing typed is lost, nothing is done twice, nobody reads another's text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.patients.actions import give_consent
from models import clock
from models.appointment import AppointmentStatus
from models.base import db, transaction
from models.patient import ConsentKind, Patient
from tests.browser.conftest import DESK, DOCTOR, PASSWORD, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    sign_in(page, address)
    yield page
    page.context.close()


def begin_a_patient(page: Page, address: str) -> None:
    page.goto(f"{address}/patients/new")
    page.fill("input[name=first_name]", "Zeynep")
    page.fill("textarea[name=note]", "comes with her mother")


def choose_turkish(page: Page) -> None:
    page.click(".user-menu summary")
    page.click(".user-menu button[name=language]")
    page.wait_for_selector("html[lang=tr]")


def enter(page: Page, email: str) -> None:
    page.fill("input[name=email]", email)
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def test_another_language_keeps_what_is_being_typed(page: Page, address: str) -> None:
    begin_a_patient(page, address)
    choose_turkish(page)
    assert page.input_value("input[name=first_name]") == "Zeynep"
    assert page.input_value("textarea[name=note]") == "comes with her mother"


def test_another_language_after_a_refused_form_keeps_it_without_a_script_too(address: str, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    sign_in(page, address)
    begin_a_patient(page, address)
    page.fill("input[name=last_name]", "")
    page.click("main form button.primary")
    page.wait_for_selector(".error-summary")
    choose_turkish(page)
    assert page.input_value("textarea[name=note]") == "comes with her mother"
    page.context.close()


def test_another_language_keeps_the_filter(page: Page, address: str) -> None:
    page.goto(f"{address}/work?list=unbooked")
    choose_turkish(page)
    assert "list=unbooked" in page.url


def test_a_lost_cookie_loses_no_text_and_its_writer_alone_finds_it(page: Page, address: str) -> None:
    begin_a_patient(page, address)
    page.context.clear_cookies()
    page.click("main form button.primary")
    page.wait_for_url("**/sign-in*")
    there = page.url
    enter(page, DOCTOR)
    assert "mother" not in page.content()
    page.context.clear_cookies()
    page.goto(there)
    enter(page, DESK)
    assert "comes with her mother" in page.content()
    page.click("main a[href*=kept]")
    assert page.input_value("input[name=first_name]") == "Zeynep"


def test_what_was_typed_before_somebody_else_signed_in_is_not_shown_to_them(page: Page, address: str) -> None:
    begin_a_patient(page, address)
    other = page.context.new_page()
    other.goto(f"{address}/account")
    other.click(".user-menu summary")
    other.click(".user-menu button[formaction='/sign-out']")
    sign_in(other, address, DOCTOR)
    page.click("main form button.primary")
    page.wait_for_selector("text=Somebody else is signed in here now")
    assert "mother" not in page.content()
    page.click("main form button.primary")
    enter(page, DESK)
    assert "comes with her mother" in page.content()


def test_two_presses_make_one_patient(app: Flask, page: Page, address: str) -> None:
    begin_a_patient(page, address)
    page.fill("input[name=last_name]", "Kaya")
    page.dblclick("main form button.primary")
    page.wait_for_url(re.compile(r"/patients/\d+$"))
    page.go_back()
    with app.app_context():
        assert db.session.query(Patient).filter_by(first_name="Zeynep").count() == 1


def test_offline_a_press_says_what_to_do_and_the_page_stays(page: Page, address: str) -> None:
    begin_a_patient(page, address)
    page.fill("input[name=last_name]", "Kaya")
    page.context.set_offline(True)
    page.click("main form button.primary")
    page.wait_for_selector(".unheard")
    assert page.input_value("textarea[name=note]") == "comes with her mother"
    page.context.set_offline(False)
    page.click("main form button.primary")
    page.wait_for_url(re.compile(r"/patients/\d+$"))


def test_a_fetch_that_fails_leaves_the_row_and_works_when_the_network_is_back(page: Page, address: str) -> None:
    page.goto(f"{address}/day")
    page.route("**/visits/**", lambda route: route.abort())
    for key in "ja":
        page.keyboard.press(key)
    page.wait_for_selector(".unheard")
    page.unroute("**/visits/**")
    page.keyboard.press("a")
    page.wait_for_selector(".tag-arrived")
    assert page.locator(".unheard").count() == 0


def test_a_server_that_is_away_loses_no_typed_page(page: Page, address: str) -> None:
    begin_a_patient(page, address)
    page.fill("input[name=last_name]", "Kaya")
    page.route("**/*", lambda route: route.abort())
    page.click("main form button.primary")
    page.wait_for_selector(".unheard")
    assert page.input_value("textarea[name=note]") == "comes with her mother"
    page.unroute("**/*")
    page.click("main form button.primary")
    page.wait_for_url(re.compile(r"/patients/\d+$"))


def test_a_photo_that_is_too_large_is_refused_before_it_is_sent(address: str, browser: Browser) -> None:
    page = browser.new_context().new_page()
    sign_in(page, address, DOCTOR)
    with transaction():
        give_consent(db.session.query(Patient).one(), ConsentKind.PHOTOS_RECORD, clock.now())
    page.goto(f"{address}/patients/1/photos")
    page.fill("input[name=taken_on]", "1.1.2020")
    page.set_input_files("input[type=file]", files=[{"name": "large.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 11 * 1024**2}])
    page.click("main form:has(input[type=file]) button.primary")
    assert page.evaluate("document.querySelector('input[type=file]').validationMessage").startswith("This file is too large")
    assert page.input_value("input[name=taken_on]") == "1.1.2020"
    page.context.close()


def test_back_to_a_form_that_was_refused_shows_the_form_and_makes_nothing_twice(app: Flask, page: Page, address: str) -> None:
    begin_a_patient(page, address)
    page.click("main form button.primary")
    page.wait_for_selector(".error-summary")
    page.fill("input[name=last_name]", "Kaya")
    page.click("main form button.primary")
    page.wait_for_url(re.compile(r"/patients/\d+$"))
    page.go_back()
    page.wait_for_selector("input[name=last_name]")
    with app.app_context():
        assert db.session.query(Patient).filter_by(first_name="Zeynep").count() == 1


def test_the_same_press_in_two_tabs_is_done_once_and_the_second_tab_says_so(page: Page, address: str) -> None:
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{address}/day")
    for tab in (page, other):
        for key in "ja":
            tab.keyboard.press(key)
        tab.wait_for_selector(".tag-arrived")
    with transaction():
        arrived = db.session.query(AppointmentStatus).filter_by(state="arrived").count()
    assert arrived == 1
