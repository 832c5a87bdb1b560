"""A page behind a link in Arabic: it runs from right to left, its telephone does not, and nothing falls off a small phone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.messages import links
from app.messages.links import Purpose
from models.appointment import Appointment
from models.base import db, transaction
from tests.browser.conftest import CHROMIUM, served
from tests.mails.languages import arabic_beside
from tests.mails.stories import a_story, with_public_url

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


def test_a_link_in_arabic(app: Flask, noon: datetime, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with arabic_beside(tmp_path, monkeypatch), served(app) as address:
        with_public_url(address)
        reminder, _moment = a_story("ar").told["reminder_1"]
        with transaction():
            visit = db.session.get_one(Appointment, reminder.subject_id)
            url = links.make(Purpose.CONFIRM, reminder, noon, appointment=visit) or ""
        db.session.remove()
        page = browser.new_page(viewport={"width": 320, "height": 700})
        page.goto(url)
        assert (page.locator("html").get_attribute("dir"), page.locator("html").get_attribute("lang")) == ("rtl", "ar")
        assert page.locator("h1").inner_text() == "هل ستحضر؟"
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        heading, phone = page.locator("h1"), page.locator("footer a[href^='tel:']")
        assert heading.evaluate("one => getComputedStyle(one).textAlign") in ("start", "right")
        assert phone.evaluate("one => getComputedStyle(one).direction") == "ltr"
        page.get_by_role("button", name="نعم، سأحضر").click()
        assert page.locator("h1").inner_text().startswith("شكرًا لك")
        page.close()
