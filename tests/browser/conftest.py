"""A clinic served on loopback, and the browser that looks at it."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from waitress.server import create_server

from app import passwords
from models import clock
from models.base import db, transaction
from models.staff import StaffMember
from tests import builders

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
DESK, DOCTOR = "deniz.ak@ege.example", "burcu.celen@ege.example"
PASSWORD = "four words that nobody guesses"
# What has the focus is on the screen, and nothing (a header, a toast, a panel's foot) lies over its middle.
COVERED = """() => { const has = document.activeElement, box = has.getBoundingClientRect();
if (has === document.body || !box.width || !box.height || box.height > innerHeight) return null;
const x = Math.min(innerWidth - 2, box.left + box.width / 2), top = document.elementFromPoint(x, box.top + box.height / 2);
return top && (has.contains(top) || top.contains(has) || top.closest('label')) ? null : has.outerHTML.slice(0, 120); }"""


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The clinic served on loopback, with a visit of today; the receptionist and the physician can sign in."""
    app.config["WTF_CSRF_ENABLED"] = True
    builders.a_clinic()
    doctor, desk, patient = builders.a_physician(email=DOCTOR), builders.a_receptionist(), builders.a_patient()
    with transaction():
        for member in (doctor, desk):
            db.session.get_one(StaffMember, member.id).password_hash = passwords.hash_password(PASSWORD)
    today = clock.day_of(clock.now(), "Europe/Istanbul")
    builders.a_visit(patient, clock.at(today, time(12), "Europe/Istanbul"), performer=doctor, kind="consultation")
    db.session.remove()
    with served(app) as there:
        yield there


@contextmanager
def served(app: Callable[..., Any]) -> Iterator[str]:
    """The address at which a clinic answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = create_server(app, host="127.0.0.1", port=port, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.close()
    server.task_dispatcher.shutdown()  # what a page asked for last is over before another clinic takes this one's place


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def sign_in(page: Page, address: str, email: str = DESK) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
