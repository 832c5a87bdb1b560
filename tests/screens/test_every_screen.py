"""Every screen of docs/screens.py in the demo clinic: light (U18), sound HTML, and without a fault that axe knows (U14)."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import event

from config import ROOT
from docs.screens import SCREENS
from models import clock
from models.base import db
from tests.browser.conftest import CHROMIUM, browser, served
from tests.browser.test_every_eye import TORN
from tests.screens.conftest import MOMENT, NOT_THERE, screens_of, visitor

__all__ = ["browser"]

HTML = 15_000
FIRST_VIEW = 60_000
QUESTIONS = 40
FEW = {"day": 8, "day-nurse": 8, "day-physician": 8, "day-by-room": 8}
FILES = ("seans.css", "seans.js", "week.css", "week.js", "vendor/htmx.min.js", "icons.svg")
HARMLESS = {"expected-doctype-but-got-start-tag"}  # a fragment is none of these pages


@pytest.mark.parametrize("role", SCREENS)
def test_every_screen_is_light_and_asks_little(standing: Flask, role: str) -> None:
    client, seen = visitor(standing, role), []
    shared = sum(len(gzip.compress((ROOT / "app/static" / name).read_bytes(), 9)) for name in FILES)
    for name, path in screens_of(role).items():
        client.get(path)  # what is read once a process is read
        with questions() as asked:
            answer = client.get(path)
        weight = len(gzip.compress(answer.data, 9))
        print(f"{role or 'everybody':<13} {name:<20} {answer.status_code} {weight:>6} B {len(asked):>3} questions")  # noqa: T201  # pytest -s
        seen.append((name, answer.status_code, weight, len(asked)))
    assert [(name, status) for name, status, _w, _q in seen if status != NOT_THERE.get(name, 200)] == []
    assert [(name, weight) for name, _s, weight, _q in seen if weight > HTML or weight + shared > FIRST_VIEW] == []
    assert [(name, asked) for name, _s, _w, asked in seen if asked > FEW.get(name, QUESTIONS)] == []


@pytest.mark.parametrize("role", SCREENS)
def test_the_html_of_every_screen_is_sound(standing: Flask, role: str) -> None:
    client = visitor(standing, role)
    found = [(name, fault) for name, path in screens_of(role).items() for fault in faults_of(client.get(path).text)]
    assert found == []


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("width", [1366, 320])
def test_no_rule_of_axe_is_broken_on_any_screen(standing: Flask, browser: Browser, language: str, width: int) -> None:
    found: list[tuple[str, object]] = []
    with served(at_its_moment(standing)) as address:
        for role in SCREENS:
            page = browser.new_context(viewport={"width": width, "height": 700}, locale=language).new_page()
            let_in(page, standing, role, address, language)
            for name, path in screens_of(role).items():
                page.goto(address + path)
                found += [(name, fault) for fault in faults_seen(page, width)]
                found += [(name, "language")] if page.get_attribute("html", "lang") != language else []
            page.context.close()
    assert found == []


@contextmanager
def questions() -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def faults_of(html: str) -> Iterator[str]:
    """What a strict reader of HTML objects to, ids that stand twice, and references to what is not there."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(html)
    yield from (f"{code} at {place}" for place, code, _values in parser.errors if code not in HARMLESS)
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    yield from (f"id twice: {name}" for name, n in ids.items() if n > 1)
    for element in tree.iter():
        for attribute in ("for", "form", "aria-describedby", "aria-labelledby", "aria-controls"):
            named = (element.get(attribute) or "").split()
            yield from (f"{attribute} names nothing: {name}" for name in named if name not in ids)


def at_its_moment(app: Flask) -> Callable[..., Iterable[bytes]]:
    """The application, in whichever thread it answers, at the demo's moment."""

    def answer(environ: Any, start: Any) -> Iterable[bytes]:
        with clock.set_to(MOMENT):
            return list(app(environ, start))

    return answer


def let_in(page: Page, app: Flask, role: str, address: str, language: str) -> None:
    """The browser holds a sign-in of this role and reads this language."""
    client = visitor(app, role)
    client.post("/language", data={"language": language})
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    if cookie is not None:
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])


def faults_seen(page: Page, width: int) -> Iterator[object]:
    """Rules of axe that are broken, what is wider than the screen, and words that are torn apart."""
    yield from ((rule["id"], rule["nodes"][0]["html"][:200]) for rule in Axe().run(page).response["violations"])
    if page.evaluate("document.documentElement.scrollWidth") > width:
        yield "sideways"
    yield from (re.sub(r"\s+", " ", str(word)) for word in page.evaluate(TORN))
