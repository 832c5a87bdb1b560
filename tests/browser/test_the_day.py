"""The day in a real browser: one click a step, with and without a script, nothing refused by the page's own policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from models.appointment import Appointment, VisitState
from models.base import db
from tests.browser.conftest import CHROMIUM, sign_in
from tests.people.figures import BARS, Tally

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


def test_a_press_at_one_desk_shows_at_the_other_and_takes_the_focus_of_nobody(address: str, browser: Browser) -> None:
    mine, theirs = (browser.new_context(viewport={"width": 1366, "height": 800}).new_page() for _ in range(2))
    for page in (mine, theirs):
        sign_in(page, address)
        page.goto(f"{address}/day")
    mine.get_by_role("row").get_by_role("link").first.focus()
    theirs.get_by_role("button", name="Arrived").first.click()
    theirs.get_by_role("button", name="Undo").first.wait_for()
    _look(mine)
    mine.get_by_text("Changed meanwhile – Ayşe Yılmaz: Arrived").wait_for()
    assert mine.get_by_role("button", name="Start").is_visible()
    assert mine.evaluate("document.activeElement.textContent") == "Ayşe Yılmaz"
    assert "Waiting 1" in mine.locator("#counts").inner_text()
    mine.get_by_role("button", name="Start").click()
    mine.get_by_role("button", name="Undo").first.wait_for()
    assert state_of_the_visit() is VisitState.IN_TREATMENT, "a row that was swapped can be pressed"


def test_nothing_is_swapped_under_an_open_menu(address: str, browser: Browser) -> None:
    mine, theirs = (browser.new_context(viewport={"width": 1366, "height": 800}).new_page() for _ in range(2))
    for page in (mine, theirs):
        sign_in(page, address)
        page.goto(f"{address}/day")
    mine.get_by_text("More", exact=True).first.click()
    theirs.get_by_role("button", name="Arrived").first.click()
    theirs.get_by_role("button", name="Undo").first.wait_for()
    _look(mine)
    mine.wait_for_timeout(500)
    assert mine.get_by_role("button", name="Arrived").is_visible()
    mine.keyboard.press("Escape")
    _look(mine)
    mine.get_by_role("button", name="Start").wait_for()


def test_the_menu_of_a_row_at_the_foot_of_the_screen_opens_where_it_can_be_read(address: str, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 1366, "height": 420}).new_page()
    sign_in(page, address)
    page.goto(f"{address}/day")
    page.get_by_text("More", exact=True).first.click()
    foot = "document.querySelector('main .menu[open] .menu-sheet').getBoundingClientRect().bottom"
    page.wait_for_function(f"{foot} <= innerHeight")


def test_two_desks_at_one_row_see_both_versions_in_it(address: str, browser: Browser, tally: Tally) -> None:
    mine, theirs = (browser.new_context(viewport={"width": 1366, "height": 800}).new_page() for _ in range(2))
    for page in (mine, theirs):
        sign_in(page, address)
        page.goto(f"{address}/day")
    theirs.get_by_text("More", exact=True).first.click()
    theirs.get_by_role("button", name="Confirmed by phone").first.click()
    theirs.get_by_role("button", name="Undo").first.wait_for()
    mine.get_by_role("button", name="Arrived").first.click()
    mine.get_by_text("booked → confirmed. Yours: arrived.").wait_for()
    assert state_of_the_visit() is VisitState.CONFIRMED
    mine.get_by_role("link", name="Keep theirs").click()
    mine.get_by_role("button", name="Arrived").first.wait_for()
    assert mine.url == f"{address}/day", "the page stays"
    assert tally("U23", int(state_of_the_visit() is not VisitState.CONFIRMED)) == BARS["U23"].most


def _look(page: Page) -> None:
    """As when the page comes into sight again; otherwise it looks every few seconds."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
