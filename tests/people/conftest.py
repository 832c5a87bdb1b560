"""The clinic is made once a run; every counted walk begins with a fresh copy of it, served on loopback at its own moment."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from models import clock
from models.base import db
from tests.browser import conftest as browsers
from tests.people import clinic
from tests.people.counter import Person
from tests.people.plans import MOMENT

browser = browsers.browser
"""The same browser, for this folder."""


@pytest.fixture(scope="session")
def busy_file(empty_database: Path, one_app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the clinic of clinic.py."""
    place = one_app.extensions["seans"].instance
    for old in place.glob("seans.db*"):
        old.unlink()
    shutil.copy(empty_database, place / "seans.db")
    clinic.fill(place / "seans.db")
    with one_app.app_context(), clock.set_to(MOMENT):
        clinic.furnish()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return Path(shutil.copy(place / "seans.db", tmp_path_factory.mktemp("busy") / "seans.db"))


@pytest.fixture
def busy(busy_file: Path, app: Flask) -> Iterator[Flask]:
    """The clinic at its moment."""
    db.engine.dispose()
    place = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    for rest in ("-wal", "-shm"):
        Path(place + rest).unlink(missing_ok=True)
    shutil.copy(busy_file, place)
    app.config["WTF_CSRF_ENABLED"] = True
    with clock.set_to(MOMENT):
        yield app


@pytest.fixture
def address(busy: Flask) -> Iterator[str]:
    """Where the clinic answers; its clock stands there too."""


    def at_its_moment(environ: dict[str, Any], answer: Callable[..., Any]) -> Iterable[bytes]:
        with clock.set_to(MOMENT):
            return busy.wsgi_app(environ, answer)

    with browsers.served(at_its_moment) as there:
        yield there


@pytest.fixture
def person(browser: Browser, address: str) -> Iterator[Callable[..., Person]]:
    """Somebody who sits down at the clinic: `person("desk", "/day")`, signed in and on that page; nothing is counted before."""
    contexts = []

    def sits_down(role: str, path: str, *, script: bool = True, kind: type[Person] = Person) -> Person:
        contexts.append(browser.new_context(viewport={"width": 1366, "height": 768}, java_script_enabled=script))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{address}/sign-in")
        page.fill("input[name=email]", clinic.ADDRESSES[role])
        page.fill("input[type=password]", clinic.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        page.goto(address + path)
        return kind(page)

    yield sits_down
    for context in contexts:
        context.close()
