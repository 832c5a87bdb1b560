"""`make screenshots`: the demo clinic at twelve past two on a Thursday, photographed in Chromium."""

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
from waitress.server import create_server

from app import demo, logs
from app.commands.database import make_current
from app.factory import create_app
from app.protocols import actions as protocols
from config import ROOT, from_environment
from jobs import runner
from models import clock
from models.base import db, transaction

MOMENT = datetime(2026, 12, 3, 11, 12, tzinfo=UTC)
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PAGES = {
    "reception": {
        "day": "/day",
        "week": "/week",
        "work": "/work",
        "patient": "/patients/1",
        "move": "/visits/42/move?day=2026-12-08&minute=600",
    },
    "physician": {
        "plan": "/plan/1",
        "builder": "/patients/2/plan/new?with=6",
        "protocols": "/protocols",
        "messages": "/messages",
    },
}
SIZES = {"": (1366, 860), "-phone": (390, 780)}


def main() -> None:
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
        for role, pages in PAGES.items():
            account = next(line.split() for line in lines if line.split()[0] == role)
            for language in ("en", "tr"):
                _photograph(browser, f"http://127.0.0.1:{settings.port}", account, language, pages)
    server.close()


def _photograph(browser: Browser, address: str, account: list[str], language: str, pages: dict[str, str]) -> None:
    for suffix, (width, height) in SIZES.items():
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        _sign_in(page, address, account)
        token = page.get_attribute("meta[name=csrf-token]", "content") or ""
        page.request.post(f"{address}/language", form={"language": language, "csrf_token": token}, headers={"Referer": address})
        for name, path in pages.items():
            page.goto(address + path)
            page.screenshot(path=PICTURES / f"{name}{suffix}{'' if language == 'en' else '-tr'}.png")
        page.context.close()


def _sign_in(page: Page, address: str, account: list[str]) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("input[name=email]", account[1])
    page.fill("input[type=password]", account[2])
    page.click("main button.primary")
    page.wait_for_load_state()


if __name__ == "__main__":
    main()
