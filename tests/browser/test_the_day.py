"""The day in a real browser: one click a step, with and without a script, nothing refused by the page's own policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from models.appointment import Appointment, VisitState
from models.base import db
from tests.browser.conftest import CHROMIUM, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


def state_of_the_visit() -> VisitState:
    db.session.expire_all()
    db.session.rollback()
    return db.session.query(Appointment).one().state


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_arrived_is_one_click_and_undo_one_more(address: str, browser: Browser, script: bool) -> None:
    page = browser.new_context(java_script_enabled=script, viewport={"width": 1366, "height": 800}).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    sign_in(page, address)
    page.goto(f"{address}/day")
    page.get_by_role("button", name="Arrived").first.click()
    page.get_by_role("button", name="Undo").first.wait_for()
    assert state_of_the_visit() is VisitState.ARRIVED
    page.get_by_role("button", name="Undo").first.click()
    page.get_by_role("button", name="Arrived").first.wait_for()
    assert state_of_the_visit() is VisitState.BOOKED
    assert complaints == []
    page.context.close()
