"""Lateness in a real browser: a late patient and a late practitioner, with and without a script, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app import passwords
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db
from models.lateness import LateDecision
from tests import builders
from tests.browser.conftest import CHROMIUM, DESK, PASSWORD, served, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]
MOMENT = datetime(2026, 12, 1, 9, 17, tzinfo=UTC)  # Tuesday, 17 minutes past noon in Istanbul
EN = {"late": "came 17 min late", "what": "What now?", "as planned": "As planned", "undo": "Undo", "arrived": "Arrived",
      "running": "Running late…", "call": "Call 1.", "show": "Show"}  # fmt: skip
TR = {"late": "17 dk geç geldi", "what": "Ne yapalım?", "as planned": "Planlandığı gibi", "undo": "Geri al", "arrived": "Geldi",
      "running": "Gecikme…", "call": "Arama sırası: 1.", "show": "Göster"}  # fmt: skip
WORDS = {"en": EN, "tr": TR}


def then(app: Flask) -> Callable[..., Iterable[bytes]]:
    """The application, in whichever thread it answers, at that moment."""

    def answer(environ: Any, start: Any) -> Iterable[bytes]:
        with clock.set_to(MOMENT):
            return list(app(environ, start))

    return answer


@pytest.fixture(params=["en", "tr"])
def there(request: pytest.FixtureRequest, app: Flask) -> Iterator[tuple[str, str]]:
    """The clinic at that moment, and the language of its receptionist: somebody was expected at noon, the next one is at half past."""
    app.config["WTF_CSRF_ENABLED"] = True
    builders.a_clinic()
    doctor = builders.a_physician()
    builders.a_receptionist(email=DESK, language=request.param, password_hash=passwords.hash_password(PASSWORD))
    for first, hour, minute, n in (("Ayşe", 9, 0, 11), ("Mehmet", 9, 30, 12)):
        patient = builders.a_patient(first, phone=f"+9053211144{n}")
        starts = datetime(2026, 12, 1, hour, minute, tzinfo=UTC)
        builders.a_visit(patient, starts, performer=doctor, kind="consultation", minutes=30, hands_on_minutes=30)
    db.session.remove()
    with served(then(app)) as address:
        yield address, request.param


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_a_late_patient_goes_on_as_planned_and_undo_asks_again(there: tuple[str, str], browser: Browser, script: bool) -> None:
    (address, language), page = there, browser.new_context(java_script_enabled=script, viewport={"width": 1366, "height": 800}).new_page()
    said = WORDS[language]
    complaints = complaints_of(page)
    sign_in(page, address)
    page.goto(f"{address}/day")
    page.get_by_role("button", name=said["arrived"]).first.click()
    page.get_by_text(said["late"]).first.wait_for()
    what = page.locator("summary", has_text=said["what"]) if script else page.get_by_role("link", name=said["what"])
    what.first.click()
    page.get_by_role("button", name=said["as planned"]).click()
    page.get_by_text(f"{said['late']} · {said['as planned'].lower()}").wait_for()
    assert standing() == (VisitState.ARRIVED, 1)
    page.get_by_role("button", name=said["undo"]).first.click()
    what.first.wait_for()
    assert standing() == (VisitState.ARRIVED, 0)
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_a_late_practitioner_shows_whom_to_call_first(there: tuple[str, str], browser: Browser, script: bool) -> None:
    (address, language), page = there, browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 800}).new_page()
    said = WORDS[language]
    complaints = complaints_of(page)
    sign_in(page, address)
    page.goto(f"{address}/day")
    page.get_by_role("link", name=said["running"]).click()
    page.locator("input[name=minutes]").fill("25")
    page.get_by_role("button", name=said["show"]).click()
    page.get_by_text(said["call"]).wait_for()
    assert page.get_by_role("link", name="+90 532 111 44 12").get_attribute("href") == "tel:+905321114412"
    assert "12:30 yerine 12:55" in page.inner_text("main"), "in the patient's language, whatever the page's"
    assert complaints == []
    page.context.close()


def complaints_of(page: Page) -> list[str]:
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    return found


def standing() -> tuple[VisitState, int]:
    """The state of the visit at noon, and how many decisions stand."""
    db.session.expire_all()
    db.session.rollback()
    first = db.session.query(Appointment).order_by(Appointment.starts_at).first()
    return first.state, db.session.query(LateDecision).filter(LateDecision.undone_at.is_(None)).count()
