"""The day in a real browser: one click a step, with and without a script, nothing refused by the page's own policy."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import time

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from waitress.server import create_server

from app import passwords
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.staff import StaffMember
from tests import builders

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PASSWORD = "four words that nobody guesses"
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The clinic served on loopback, with a visit of today and a receptionist who can sign in."""
    app.config["WTF_CSRF_ENABLED"] = True
    builders.a_clinic()
    doctor, desk, patient = builders.a_physician(), builders.a_receptionist(), builders.a_patient()
    with transaction():
        db.session.get_one(StaffMember, desk.id).password_hash = passwords.hash_password(PASSWORD)
    today = clock.day_of(clock.now(), "Europe/Istanbul")
    builders.a_visit(patient, clock.at(today, time(12), "Europe/Istanbul"), performer=doctor, kind="consultation")
    db.session.remove()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = create_server(app, host="127.0.0.1", port=port, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("input[name=email]", "deniz.ak@ege.example")
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def state_of_the_visit() -> VisitState:
    db.session.expire_all()
    db.session.rollback()
    return db.session.query(Appointment).one().state


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_arrived_is_one_click_and_undo_one_more(address: str, browser: Browser, script: bool) -> None:
    page = browser.new_context(java_script_enabled=script, viewport={"width": 1366, "height": 800}).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    sign_in(page, address)
    page.goto(f"{address}/day")
    page.get_by_role("button", name="Arrived").first.click()
    page.get_by_role("button", name="Undo").first.wait_for()
    assert state_of_the_visit() is VisitState.ARRIVED
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_role("button", name="Arrived").first.wait_for()
    assert state_of_the_visit() is VisitState.BOOKED
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("language", ["en", "tr"])
def test_main_pages_fit_a_narrow_phone(address: str, browser: Browser, language: str) -> None:
    page = browser.new_context(viewport={"width": 320, "height": 700}).new_page()
    sign_in(page, address)
    token = page.get_attribute("meta[name=csrf-token]", "content") or ""
    page.request.post(f"{address}/language", form={"language": language, "csrf_token": token}, headers={"Referer": address})
    for path in ("/day", "/patients", "/patients/1", "/work", "/messages", "/visits/1", "/walk-in"):
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert page.get_attribute("html", "lang") == language
    page.context.close()
