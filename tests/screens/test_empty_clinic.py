"""Every main page of a clinic that has nothing yet, and of its first patient: sound, faultless to axe, and never a dead end."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.commands.database import make_current
from app.factory import create_app
from app.protocols import actions as protocols
from models import clock
from models.base import db, transaction
from models.staff import Role
from tests.browser.conftest import CHROMIUM, browser, served
from tests.builders import a_patient, a_staff_member, an_evaluation
from tests.conftest import settings_of_a_test
from tests.screens.conftest import MOMENT, visitor
from tests.screens.test_every_screen import at_its_moment, faults_of, faults_seen, let_in

__all__ = ["browser"]

FOUNDED = {"clinic": "Ege Klinik", "name": "Mert Can", "email": "mert@ege.example", "new_password": "mavi kedi pencerede uyur"}
LISTS = ("calls", "unbooked", "closing", "maintenance", "unconfirmed", "no_shows", "physician")
EMPTY: dict[str, tuple[str, ...]] = {
    "reception": (
        "/day", "/day?by=room", "/day/2026-12-03/close", "/week", "/week?of=all", "/patients", "/patients/new", "/visits/new", "/walk-in",
        "/messages", "/messages?tab=failed", "/messages/came-in", "/replan", "/account", *(f"/work?list={one}" for one in LISTS),
    ),
    "practitioner": ("/day", "/week", "/products", "/on-call", "/lot-recalls"),
    "physician": (
        "/day", "/protocols", "/protocols/approve-read", "/lot-recalls", "/lot-recalls/new", "/templates", "/messages/preview", "/reports",
    ),
    "manager": (
        "/day", "/begin", "/reports", "/reports/no_shows", "/settings", "/settings/hours", "/settings/hours/new", "/settings/closures",
        "/settings/rooms", "/settings/on-call", "/settings/calendars", "/settings/locations", "/messages/trial", "/products", "/staff",
        "/staff/1", "/staff/1/hours", "/staff/1/absences",
    ),
    "auditor": ("/audit",),
}  # fmt: skip
BARE = {
    "reception": ("/day", "/patients", "/patients/1", "/visits/new?patient=1"),
    "physician": ("/patients/1", "/patients/1/plan/new", "/patients/1/photos", "/patients/1/evaluation/new", "/on-call/patients/1"),
}
STAGES = [("nobody", EMPTY), ("a first patient", BARE)]
"""What a clinic has, and the pages that are looked at then."""


@pytest.fixture(scope="module", params=STAGES, ids=lambda stage: stage[0])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, dict[str, tuple[str, ...]]]]:
    """A clinic with people but no hours, rooms, products or approved protocol."""
    name, pages = request.param
    app = create_app(settings_of_a_test(tmp_path_factory.mktemp("empty"), public_url="http://127.0.0.1:8000"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context(), clock.set_to(MOMENT):
        make_current()
        with transaction():
            protocols.load_shipped(MOMENT)
        app.test_client().post("/start", data=FOUNDED)
        people = [a_staff_member(role.value.title(), role, hours=[]) for role in Role if role is not Role.MANAGER]
        if name != "nobody":
            an_evaluation(a_patient(), people[0], MOMENT.date())
        db.session.remove()
        yield app, pages
        db.session.remove()


def test_every_page_is_sound_and_says_what_to_do_next(stage: tuple[Flask, dict[str, tuple[str, ...]]]) -> None:
    app, pages = stage
    found: list[tuple[str, object]] = []
    for role, paths in pages.items():
        client = visitor(app, role)
        for path in paths:
            answer = client.get(path)
            found += [(path, answer.status_code)] if answer.status_code != 200 else []
            found += [(path, fault) for fault in faults_of(answer.text)]
            found += [(path, "a dead end")] if is_dead_end(answer.text) else []
    assert found == []


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("width", [1366, 320])
def test_no_rule_of_axe_is_broken(stage: tuple[Flask, dict[str, tuple[str, ...]]], browser: Browser, language: str, width: int) -> None:
    app, pages = stage
    found: list[tuple[str, object]] = []
    with served(at_its_moment(app)) as address:
        for role, paths in pages.items():
            page = browser.new_context(viewport={"width": width, "height": 700}, locale=language).new_page()
            let_in(page, app, role, address, language)
            for path in paths:
                page.goto(address + path)
                found += [(path, fault) for fault in faults_seen(page, width)]
            page.context.close()
    assert found == []


def is_dead_end(html: str) -> bool:
    """An empty state with nothing to press, on a page without anything to press or fill in either."""
    page = html.partition("<main")[2].partition("</main>")[0]
    empty = re.findall(r'<div class="empty">.*?</div>', page, re.DOTALL)
    return any("<a " not in one for one in empty) and not re.search(r'<form|class="button', page)
