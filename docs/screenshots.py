"""`make screenshots`: the demo clinic at twelve past two on a Thursday, photographed in Chromium.

The pictures of README and guides go to docs/pictures. With ALL=1 every screen is photographed, in both languages and sizes and
whole, into build/screens: somebody looks at each.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import text
from waitress.server import create_server

from app import demo, logs
from app.commands.database import make_current
from app.factory import create_app
from app.protocols import actions as protocols
from config import ROOT, from_environment
from docs.screens import GUIDES, SCREENS
from jobs import runner
from models import clock
from models.base import db, transaction

MOMENT = datetime(2026, 12, 3, 11, 12, tzinfo=UTC)
PICTURES, EVERY = ROOT / "docs" / "pictures", ROOT / "build" / "screens"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
SIZES = {"": (1366, 860), "-phone": (390, 780)}


def main(everything: bool) -> None:
    """Make the clinic, serve it on loopback, take the pictures."""
    if CHROMIUM is None:
        sys.exit("Chromium is not installed.")
    clock.now = lambda: MOMENT  # the whole process stands at this moment, the server's threads too
    folder = Path(tempfile.mkdtemp(prefix="seans-pictures-"))
    os.environ["SEANS_INSTANCE"] = str(folder)
    settings = from_environment()
    app = create_app(settings)
    with app.app_context(), logs.quiet():
        make_current()
        with transaction():
            protocols.load_shipped(MOMENT)
        lines = list(demo.make(MOMENT, settings))
        db.session.remove()
    logging.getLogger().setLevel(logging.WARNING)
    runner.tick(app)
    server = create_server(app, host="127.0.0.1", port=settings.port, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for role, places in SCREENS.items():
            account = next((line.split() for line in lines if role and line.split()[0] == role), [])
            with app.app_context():
                pages = {name: _path(place) for name, place in places.items() if everything or name in GUIDES}
            for language in ("en", "tr") if pages else ():
                _photograph(browser, f"http://127.0.0.1:{settings.port}", account, language, pages, whole=everything)
    server.close()


def _path(place: str) -> str:
    """Where a screen is: as it stands, or of the row the question finds."""
    path = db.session.scalar(text(place)) if place.startswith("SELECT") else place
    db.session.remove()
    if path is None:
        raise LookupError(f"The demo clinic has nothing for: {place}")
    return str(path)


def _photograph(browser: Browser, address: str, account: list[str], language: str, pages: dict[str, str], *, whole: bool) -> None:
    folder = EVERY if whole else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, (width, height) in SIZES.items():
        page = browser.new_context(viewport={"width": width, "height": height}, locale=language).new_page()
        if account:
            _sign_in(page, address, account)
            token = page.get_attribute("meta[name=csrf-token]", "content") or ""
            page.request.post(f"{address}/language", form={"language": language, "csrf_token": token}, headers={"Referer": address})
        for name, path in pages.items():
            page.goto(address + path)
            page.screenshot(path=folder / f"{name}{suffix}{'' if language == 'en' else '-tr'}.png", full_page=whole)
        page.context.close()


def _sign_in(page: Page, address: str, account: list[str]) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("input[name=email]", account[1])
    page.fill("input[type=password]", account[2])
    page.click("main button.primary")
    page.wait_for_load_state()


if __name__ == "__main__":
    main(everything=bool(os.environ.get("ALL")))
