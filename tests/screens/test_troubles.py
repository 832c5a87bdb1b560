"""Every way in which a page says no: sound HTML, without a fault that axe knows, nothing wider than the screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app.errors import Refused
from app.factory import create_app
from app.permissions import open_to_all
from models import clock
from models.base import db, transaction
from models.staff import SignIn
from models.states import IllegalMoveError
from tests.browser.conftest import CHROMIUM, browser, served
from tests.conftest import settings_of_a_test
from tests.screens.conftest import MOMENT, visitor
from tests.screens.test_every_screen import at_its_moment, faults_of, faults_seen
from tests.screens.troubles import TROUBLES, Trouble

__all__ = ["browser"]
FAULTS = {
    "moved": IllegalMoveError("visit", "done", "booked"), "refused": Refused("The room is taken at 10:00."), "fault": ZeroDivisionError(),
    "database": OperationalError("", {}, Exception("database is locked")),
}  # fmt: skip
SEND = """([path, data]) => { const form = document.createElement('form'); form.method = 'post'; form.action = path;
for (const [name, value] of Object.entries(data)) { const field = document.createElement('textarea'); field.name = name;
field.value = value; form.append(field); } document.body.append(form); form.submit(); }"""


@pytest.fixture(scope="module")
def a_copy(demo_clinic: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo clinic once more, with pages that fail: what is posted here happens to no other test."""
    folder = tmp_path_factory.mktemp("troubles")
    with demo_clinic.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(Path(demo_clinic.extensions["seans"].instance), folder, dirs_exist_ok=True)
    app = create_app(settings_of_a_test(folder, public_url="http://127.0.0.1:8000", demo=True))
    app.config.update(WTF_CSRF_ENABLED=False)
    for name, fault in FAULTS.items():
        app.add_url_rule(f"/t/{name}", name, open_to_all(failing(fault)), methods=["POST"])
    with app.app_context(), clock.set_to(MOMENT):
        yield app
        db.session.remove()


def failing(fault: Exception) -> object:
    def view() -> str:
        raise fault

    return view


def test_the_html_of_every_no_is_sound(a_copy: Flask) -> None:
    found: list[tuple[str, object]] = []
    for trouble in TROUBLES:
        answer = met(enter(a_copy, trouble.role), trouble)
        found += [(trouble.path, answer.status_code)] if answer.status_code != trouble.status else []
        found += [(trouble.path, fault) for fault in faults_of(answer.text)]
    assert found == []


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("width", [1366, 320])
def test_no_rule_of_axe_is_broken_by_any_no(a_copy: Flask, browser: Browser, language: str, width: int) -> None:
    found: list[tuple[str, object]] = []
    with served(at_its_moment(a_copy)) as address:
        for role in dict.fromkeys(trouble.role for trouble in TROUBLES):
            page = browser.new_context(viewport={"width": width, "height": 700}, locale=language).new_page()
            carry_in(page, enter(a_copy, role, language), a_copy, address)
            for trouble in (one for one in TROUBLES if one.role == role):
                meet(page, address, trouble)
                found += [(trouble.path, fault) for fault in faults_seen(page, width)]
                found += [(trouble.path, "language")] if page.get_attribute("html", "lang") != language else []
            page.context.close()
    assert found == []


def enter(app: Flask, role: str, language: str = "en") -> FlaskClient:
    """A client of this role; of somebody whose sign-in is over where the role is "gone"."""
    client = visitor(app, "reception" if role == "gone" else role)
    client.post("/language", data={"language": language})
    if role == "gone":
        with transaction():
            db.session.query(SignIn).update({"ends_at": MOMENT - timedelta(minutes=1)})
    return client


def met(client: FlaskClient, trouble: Trouble) -> TestResponse:
    for _n in range(trouble.times):
        if trouble.data is None:
            answer = client.get(trouble.path, follow_redirects=True)
        else:
            answer = client.post(trouble.path, data=trouble.data, follow_redirects=True)
    return answer


def meet(page: Page, address: str, trouble: Trouble) -> None:
    """The same in a browser, which sends a form of its own."""
    for _n in range(trouble.times):
        if trouble.data is None:
            page.goto(address + trouble.path)
            continue
        page.goto(f"{address}/healthz")
        with page.expect_navigation():
            page.evaluate(SEND, [trouble.path, trouble.data])


def carry_in(page: Page, client: FlaskClient, app: Flask, address: str) -> None:
    """The browser holds the client's cookie."""
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    if cookie is not None:
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
