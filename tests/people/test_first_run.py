"""A newcomer's script (U24): from an empty database to the first series booked, every act counted, none of them timed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.protocols import actions as protocols
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.clinic import Room
from models.protocol import ProtocolVersion, VersionState
from tests.browser import conftest as browsers
from tests.browser.conftest import CHROMIUM
from tests.conftest import NOON
from tests.people.counter import Person
from tests.people.figures import BARS, Tally

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

A_PLAN = re.compile(r"/plan/[0-9]+$")
PASSWORDS = "mavi kedi pencerede uyur", "yedi turuncu martı bekler"
BURCU = "burcu@ege.example"


@pytest.fixture
def empty(app: Flask) -> Iterator[str]:
    """Where a clinic answers that nobody has begun, at noon of a Tuesday."""
    app.config["WTF_CSRF_ENABLED"] = True
    with transaction():
        protocols.load_shipped(NOON)
    db.session.remove()

    def at_noon(environ: dict[str, Any], answer: Callable[..., Any]) -> Iterable[bytes]:
        with clock.set_to(NOON):
            return list(app.wsgi_app(environ, answer))

    with browsers.served(at_noon) as there:
        yield there


class Newcomer(Person):
    """Sits down at an empty clinic and presses only what the pages show."""

    def link(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name).first)

    def button(self, name: str | re.Pattern[str]) -> None:
        self.click(self.page.get_by_role("button", name=name).first)

    def tick(self, label: str) -> None:
        self.click(self.page.get_by_label(label, exact=True))

    def back(self) -> None:
        self.page.go_back()
        self.acts += 1


def test_u24_a_newcomer_comes_from_an_empty_database_to_a_booked_series(empty: str, browser: Browser, tally: Tally) -> None:
    manager = Newcomer(browser.new_context(locale="en").new_page())
    link = founds_the_clinic(manager, empty)
    doctor = Newcomer(browser.new_context(locale="en").new_page())
    chooses_a_password(doctor, link)
    approves_three_protocols(doctor)
    takes_the_first_patient_in(doctor)
    books_the_series(doctor)
    db.session.remove()
    assert db.session.query(Room).count() == 2
    assert db.session.query(ProtocolVersion).filter_by(state=VersionState.APPROVED).count() == 3
    assert db.session.query(Appointment).count() == 3
    doctor.page.goto(f"{empty}/day")
    assert "Before the first visit" not in doctor.page.content()
    for page in (manager.page, doctor.page):
        page.context.close()
    assert tally("U24", together(manager, doctor)) <= BARS["U24"].most


def founds_the_clinic(manager: Newcomer, address: str) -> str:
    """The first account, a physician, the simple clinic, a test mail. The physician's link."""
    manager.page.goto(address)
    for field, text in {"clinic": "Ege Klinik", "name": "Mert Can", "email": "mert@ege.example", "new_password": PASSWORDS[0],
                        "physician_name": "Dr. Burcu Çelen", "physician_email": BURCU}.items():  # fmt: skip
        manager.type(f"#{field}", text)
    manager.button("Begin")
    link = manager.page.inner_text("#link")
    manager.link("Go on")
    manager.type("#phone", "0212 555 01 01")
    manager.button("Use “Simple clinic”")
    manager.link("Test mail")
    manager.button(re.compile("Send a test mail"))
    return link


def chooses_a_password(doctor: Newcomer, link: str) -> None:
    doctor.page.goto(link)
    doctor.type("#new_password", PASSWORDS[1])
    doctor.button(re.compile("password"))
    doctor.type("#email", BURCU)
    doctor.type("#password", PASSWORDS[1])
    doctor.button("Sign in")


def approves_three_protocols(doctor: Newcomer) -> None:
    """Each is opened and read before it is ticked."""
    doctor.link("An approved protocol")
    first = [row.inner_text() for row in doctor.page.locator(".choice:has(b) label a").all()]
    for name in first:
        doctor.link(name)
        doctor.back()
    for n in range(len(first)):
        doctor.click(doctor.page.locator(".choice:has(b) input").nth(n))
    doctor.button("Approve those ticked")


def takes_the_first_patient_in(doctor: Newcomer) -> None:
    doctor.link("Today")
    doctor.link("The first patient")
    doctor.type("#first_name", "Ayşe")
    doctor.type("#last_name", "Yılmaz")
    doctor.type("#birth_date", "14.3.1988")
    doctor.tick("Female")
    doctor.type("#phone", "0532 111 44 12")
    doctor.button("Add patient")
    doctor.link("Evaluate now")
    doctor.click("#others_no")
    doctor.tick("Suitable")
    doctor.button("Save the evaluation")


def books_the_series(doctor: Newcomer) -> None:
    doctor.link("New plan")
    doctor.link("Exosome with microneedling, face")
    doctor.button(re.compile("Book [0-9]+ sessions"))
    doctor.page.wait_for_url(A_PLAN)


def together(*people: Person) -> Person:
    """What all of them did."""
    first, *rest = people
    for one in rest:
        for name in ("acts", "typed", "loads", "seconds"):
            setattr(first, name, getattr(first, name) + getattr(one, name))
    return first
