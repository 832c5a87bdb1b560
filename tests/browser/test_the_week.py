"""The week in a real browser: a drop only asks, Move moves; the same by keys."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page

from models import clock
from models.appointment import Appointment
from models.base import db
from models.patient import Patient
from models.staff import StaffMember
from tests import builders
from tests.browser.conftest import CHROMIUM, sign_in
from tests.schedule import scenes

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


def next_monday() -> date:
    today = clock.day_of(clock.now(), "Europe/Istanbul")
    return today + timedelta(days=7 - today.weekday())


def a_booked_series() -> list[int]:
    """Two sessions 28 days apart, the first on next week's Monday at ten."""
    doctor = db.session.query(StaffMember).filter_by(name="Dr. Burcu Çelen").one()
    patient, monday = db.session.query(Patient).one(), next_monday()
    builders.a_nurse()
    builders.an_evaluation(patient, doctor, monday - timedelta(days=7))
    course = builders.a_course(builders.a_plan(patient, doctor), builders.a_protocol(), monday)
    now = clock.now()
    made = [scenes.book(course.sessions[n], monday + timedelta(days=28 * n), "10:00", now).id for n in (0, 1)]
    db.session.remove()
    return made


def lies(visit_id: int) -> tuple[date, str]:
    db.session.rollback()
    db.session.expire_all()
    visit = db.session.get_one(Appointment, visit_id)
    found = visit.local_day, f"{visit.local_time:%H:%M}"
    db.session.remove()
    return found


def the_week(browser: Browser, address: str, **context: object) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 1000}, **context).new_page()
    page.on("console", lambda said: pytest.fail(said.text) if said.type == "error" else None)
    sign_in(page, address)
    page.goto(f"{address}/week/{next_monday()}")
    return page


def test_a_drop_only_asks_and_move_moves(address: str, browser: Browser) -> None:
    """Two interactions: the drop, and Move."""
    first, second = a_booked_series()
    page, tuesday = the_week(browser, address), next_monday() + timedelta(days=1)
    card, column = page.locator(f"#w{first}").bounding_box(), page.locator(f"[data-day='{tuesday}']").bounding_box()
    page.mouse.move(card["x"] + 20, card["y"] + 5)
    page.mouse.down()
    page.mouse.move(column["x"] + 20, card["y"] + 20, steps=4)
    page.mouse.move(column["x"] + 20, card["y"] + 5 + column["height"] / 10, steps=4)  # ten hours are shown: an hour later
    assert "11:00" in page.locator(".ghost").inner_text()
    page.mouse.up()
    page.wait_for_url("**/move?**")
    assert lies(first) == (next_monday(), "10:00")
    page.get_by_role("button", name="Move and keep others").first.click()
    page.wait_for_url(lambda url: "/move" not in url)
    assert lies(first) == (tuesday, "11:00")
    assert lies(second) == (next_monday() + timedelta(days=28), "10:00")
    page.context.close()


def test_a_click_on_a_card_opens_the_visit(address: str, browser: Browser) -> None:
    first, _ = a_booked_series()
    page = the_week(browser, address)
    page.locator(f"#w{first}").click()
    page.wait_for_url(f"**/visits/{first}")
    assert lies(first) == (next_monday(), "10:00")
    page.context.close()


def test_escape_ends_a_drag_and_nothing_is_asked(address: str, browser: Browser) -> None:
    first, _ = a_booked_series()
    page = the_week(browser, address)
    card = page.locator(f"#w{first}").bounding_box()
    page.mouse.move(card["x"] + 20, card["y"] + 5)
    page.mouse.down()
    page.mouse.move(card["x"] + 20, card["y"] + 90, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert page.locator(".ghost").count() == 0
    assert page.url.endswith(f"/week/{next_monday()}")
    page.context.close()


def test_keys_stay_on_the_only_card_and_m_opens_its_move(address: str, browser: Browser) -> None:
    """m opens the page, a typed day shows its times; nothing is moved by that. How many keys lead to the day is not looked at."""
    first, _ = a_booked_series()
    page = the_week(browser, address)
    page.locator(f"#w{first}").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == f"w{first}"  # there is no other card
    page.keyboard.press("m")
    page.wait_for_url("**/move")
    page.locator("#day").focus()
    page.keyboard.type("+1w")
    page.keyboard.press("Enter")
    page.wait_for_url("**/move?day=**")
    assert lies(first) == (next_monday(), "10:00")
    page.context.close()


def test_the_week_moves_without_a_script(address: str, browser: Browser) -> None:
    first, _ = a_booked_series()
    page = the_week(browser, address, java_script_enabled=False)
    page.locator(f"#w{first}").click()
    page.get_by_role("link", name="Move…").click()
    page.locator("input[name=slot]").nth(1).check()
    page.get_by_role("button", name="Move and keep others").click()
    page.wait_for_url(lambda url: "/move" not in url)
    assert lies(first) != (next_monday(), "10:00")
    page.context.close()


def looked_at(browser: Browser, address: str, visit_id: int, days: int) -> Page:
    """The page to move a visit with a time of another day looked at."""
    page = the_week(browser, address)
    page.goto(f"{address}/visits/{visit_id}/move?day={next_monday() + timedelta(days=days)}&minute=600")
    return page


def test_what_keeps_the_others_keeps_them_whatever_was_ticked_below(address: str, browser: Browser) -> None:
    first, second = a_booked_series()
    page = looked_at(browser, address, first, 1)
    page.locator("#rest-shift").check()
    page.get_by_role("button", name="Move and keep others").first.click()
    page.wait_for_url(lambda url: "/move" not in url)
    assert lies(first) == (next_monday() + timedelta(days=1), "10:00")
    assert lies(second) == (next_monday() + timedelta(days=28), "10:00")
    page.context.close()


def test_the_place_beside_move_is_the_one_that_is_ticked(address: str, browser: Browser) -> None:
    first, _ = a_booked_series()
    page = looked_at(browser, address, first, 1)
    assert "10:00" in page.locator("#new-place").inner_text()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("input[name=slot]").last.check()
    shown = page.locator("tr:has(input[name=slot]:checked) b").inner_text()
    page.locator("#new-place", has_text=shown).wait_for()
    assert shown != "10:00"
    page.get_by_role("button", name="Move and keep others").first.click()
    page.wait_for_url(lambda url: "/move" not in url)
    assert lies(first) == (next_monday() + timedelta(days=1), shown)
    page.context.close()


def test_one_day_is_one_day(address: str, browser: Browser) -> None:
    first, _ = a_booked_series()
    page = looked_at(browser, address, first, 1)
    assert page.locator("label[for=rest-shift]").inner_text() == "Shift by +1 day"
    page.context.close()


def test_the_page_to_move_fits_a_phone_in_turkish(address: str, browser: Browser) -> None:
    first, _ = a_booked_series()
    page = looked_at(browser, address, first, 1)
    page.set_viewport_size({"width": 320, "height": 700})
    token = page.get_attribute("meta[name=csrf-token]", "content") or ""
    page.request.post(f"{address}/language", form={"language": "tr", "csrf_token": token}, headers={"Referer": address})
    page.reload()
    assert page.get_by_text("İdeal araya göre").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()
