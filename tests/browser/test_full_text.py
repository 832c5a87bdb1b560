"""The full text of a mail on a phone: the year of birth, the text, a telephone that can be pressed."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.messages import links
from app.messages.links import Purpose
from models.base import db, transaction
from tests.browser.conftest import CHROMIUM, served
from tests.mails.stories import a_story, with_public_url

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


def test_the_year_of_birth_opens_the_text(app: Flask, noon: datetime, browser: Browser) -> None:
    with served(app) as address:
        with_public_url(address)
        message, _moment = a_story("tr", verified=True).told["plan_summary"]
        with transaction():
            url = links.make(Purpose.FULL_TEXT, message, noon) or ""
        db.session.remove()
        page = browser.new_page(viewport={"width": 320, "height": 700})
        page.goto(url)
        page.get_by_label("Doğum yılınız").fill("1987")
        page.get_by_role("button", name="Metni göster").click()
        assert page.get_by_text("4 kez daha deneyebilirsiniz.").is_visible()
        page.get_by_label("Doğum yılınız").fill("١٩٨٨")
        page.keyboard.press("Enter")
        page.get_by_text("Sayın Ayşe Yılmaz,").wait_for()
        assert "Mikroiğneleme ile eksozom, yüz" in page.inner_text("body")
        assert page.locator("a").evaluate_all("all => all.map(one => one.protocol)") == ["tel:"] * page.locator("a").count()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.close()
