"""Somebody is found by what is typed (U11)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import CHROMIUM
from tests.people.figures import BARS, Tally
from tests.people.test_series import Sits

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


def test_u11_sule_ozturk_is_found_without_her_accents(person: Sits, tally: Tally) -> None:
    """Among 7,200 patients, some of whom have almost her name. The bar counts what comes after the typing."""
    desk = person("desk", "/day")
    desk.page.keyboard.press("f")
    desk.writes("sule ozturk")
    took = desk.page.evaluate(WAITED, "#hits[data-of='sule ozturk'] a")
    desk.keys("Enter")
    expect(desk.page.locator("h1")).to_contain_text("Şule Öztürk")
    assert tally("U11", desk, ms=f"{took:.0f} (at most 150)") <= BARS["U11"].most


WAITED = """async (selector) => { const begun = performance.now();
while (!document.querySelector(selector)) await new Promise(requestAnimationFrame);
return performance.now() - begun; }"""
"""Milliseconds until something is on the page: from the last key, as the one that asks comes right after it."""
