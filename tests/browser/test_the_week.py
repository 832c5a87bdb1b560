"""The week in a real browser: a drop only asks, Move moves; the same by keys."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page

from models import clock
from models.appointment import Appointment, VisitKind
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


class Keys:
    """A keyboard that counts what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def drag(page: Page, visit_id: int, day: date) -> None:
    """To the same day or another, an hour later: ten hours are shown."""
    card, column = page.locator(f"#w{visit_id}").bounding_box(), page.locator(f"[data-day='{day}']").bounding_box()
    page.mouse.move(card["x"] + 20, card["y"] + 5)
    page.mouse.down()
    page.mouse.move(column["x"] + 20, card["y"] + 20, steps=4)
    page.mouse.move(column["x"] + 20, card["y"] + 5 + column["height"] / 10, steps=4)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.innerText"))


def test_a_drop_only_asks_and_move_moves(address: str, browser: Browser) -> None:
    """Two interactions: the drop, and Move. The week stays behind the panel, with a ghost where the visit would lie."""
    first, second = a_booked_series()
    page, tuesday = the_week(browser, address), next_monday() + timedelta(days=1)
    drag(page, first, tuesday)
    assert "11:00" in page.locator(".ghost").inner_text()
    page.mouse.up()
    page.locator("#move-panel .claims").wait_for()
    assert page.url.endswith(f"/week/{next_monday()}")
    assert "11:00" in page.locator(f"[data-day='{tuesday}'] .ghost").inner_text()
    assert lies(first) == (next_monday(), "10:00")
    page.get_by_role("button", name="Move", exact=True).click()
    page.wait_for_url(f"**/week/{tuesday}#w{first}")
    assert "yeni randevunuz" in page.locator("#aloud").inner_text()
    assert lies(first) == (tuesday, "11:00")
    assert lies(second) == (next_monday() + timedelta(days=28), "10:00")
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone: everything is as it was before.").wait_for()
    assert lies(first) == (next_monday(), "10:00")
    page.context.close()


def test_a_refused_drop_says_why_and_what_works_instead_in_the_same_panel(address: str, browser: Browser) -> None:
    first, _ = a_booked_series()
    busy = scenes.book_plain(scenes.another_patient(), VisitKind.CONSULTATION, next_monday() + timedelta(days=1), "11:40", clock.now()).id
    db.session.remove()
    page, tuesday = the_week(browser, address), next_monday() + timedelta(days=1)
    drag(page, first, tuesday)
    page.mouse.up()
    page.locator("#move-panel .claims").wait_for()
    assert "Dr. Burcu Çelen" in page.locator(".claims .check-stop").inner_text()
    assert page.get_by_role("button", name="Move", exact=True).count() == 0
    assert 1 <= page.locator("[name=use]:visible").count() <= 5
    assert "instead" in focused(page)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Move", exact=True).click()
    page.wait_for_url(f"**/week/{tuesday}#w{first}")
    assert lies(first)[0] == tuesday
    assert lies(busy) == (tuesday, "11:40")
    page.context.close()


def the_panel_by_keys(page: Page, visit_id: int) -> Keys:
    """`m` on the card of a visit has opened its move panel."""
    page.locator(f"#w{visit_id}").focus()
    keys = Keys(page)
    keys.press("m")
    page.locator("#move-panel").wait_for()
    return keys


def test_by_keys_a_visit_is_moved_with_at_most_eight(address: str, browser: Browser) -> None:
    first, second = a_booked_series()
    page = the_week(browser, address)
    keys = the_panel_by_keys(page, first)
    assert focused(page) == "exact_day"
    keys.press("ArrowRight", "ArrowRight", "ArrowDown")
    assert "10:15" in page.locator(f"[data-day='{next_monday() + timedelta(days=2)}'] .ghost").inner_text()
    keys.press("Enter")
    page.locator("#move-panel .claims").wait_for()
    page.locator("#rest-keep:focus").wait_for()
    assert lies(first) == (next_monday(), "10:00")
    keys.press("Enter")
    page.wait_for_url(lambda url: "#w" in url)
    assert lies(first) == (next_monday() + timedelta(days=2), "10:15")
    assert lies(second) == (next_monday() + timedelta(days=28), "10:00")
    assert keys.pressed <= 8
    page.context.close()


def test_by_keys_ten_days_later_where_the_next_would_be_too_early_and_is_placed_anew(address: str, browser: Browser) -> None:
    first, second = a_booked_series()
    page = the_week(browser, address)
    keys = the_panel_by_keys(page, first)
    keys.press("+", "1", "0", "d", "Enter")
    page.locator("#rest-respace:focus").wait_for()
    assert page.locator("#rest-keep").is_disabled()
    assert "Session 2 would be too early" in page.locator("#why-keep").inner_text()
    keys.press("Enter")
    page.wait_for_url(lambda url: "#w" in url)
    assert keys.pressed <= 8
    assert lies(first) == (next_monday() + timedelta(days=10), "10:00")
    assert lies(second)[0] > next_monday() + timedelta(days=28)
    assert "Şu randevularınız da değişti" in page.locator("#aloud").inner_text()
    page.context.close()


def test_escape_closes_the_panel_and_the_card_has_the_focus_again(address: str, browser: Browser) -> None:
    first, _ = a_booked_series()
    page = the_week(browser, address)
    page.locator(f"#w{first}").focus()
    page.keyboard.press("m")
    page.locator("#move-panel").wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.locator("#move-panel").wait_for(state="detached")
    assert focused(page) == f"w{first}"
    assert page.locator(".ghost").count() == 0
    assert lies(first) == (next_monday(), "10:00")
    page.context.close()


def test_the_panel_opens_over_the_day_and_over_the_plan_too(address: str, browser: Browser) -> None:
    first, _ = a_booked_series()
    page = the_week(browser, address)
    page.goto(f"{address}/day/{next_monday()}")
    page.locator(f"#v{first} summary").click()
    page.locator(f"#v{first} a[data-panel]").click()
    page.locator("#move-panel .times").wait_for()
    assert page.url.endswith(f"/day/{next_monday()}")
    page.goto(f"{address}/plan/1")
    page.locator("a[data-panel]").first.click()
    page.locator("#move-panel .times button").first.click()
    page.locator("#move-panel .claims").wait_for()
    page.get_by_role("button", name="Move", exact=True).click()
    page.locator("#aloud").wait_for()
    assert page.url.endswith("/plan/1")
    assert page.locator(".top [aria-current=page]").first.inner_text() == "Patients"
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


def test_arrows_stay_on_the_only_card(address: str, browser: Browser) -> None:
    first, _ = a_booked_series()
    page = the_week(browser, address)
    page.locator(f"#w{first}").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == f"w{first}"
    page.context.close()


def test_the_week_moves_without_a_script(address: str, browser: Browser) -> None:
    first, _ = a_booked_series()
    page = the_week(browser, address, java_script_enabled=False)
    page.locator(f"#w{first}").click()
    page.get_by_role("link", name="Move…").click()
    page.locator("button[name=use]").nth(1).click()
    assert lies(first) == (next_monday(), "10:00")  # the button only shows what that would mean
    page.get_by_role("button", name="Move", exact=True).click()
    page.wait_for_url(lambda url: "/move" not in url)
    assert lies(first) != (next_monday(), "10:00")
    page.context.close()


def looked_at(browser: Browser, address: str, visit_id: int, days: int) -> Page:
    """The page to move a visit with a time of another day looked at."""
    page = the_week(browser, address)
    page.goto(f"{address}/visits/{visit_id}/move?day={next_monday() + timedelta(days=days)}&minute=600")
    return page


def test_the_way_that_is_ticked_is_the_one_that_is_taken(address: str, browser: Browser) -> None:
    first, second = a_booked_series()
    page = looked_at(browser, address, first, 1)
    page.locator("#rest-shift").check()
    page.get_by_role("button", name="Move", exact=True).click()
    page.wait_for_url(lambda url: "/move" not in url)
    assert lies(first) == (next_monday() + timedelta(days=1), "10:00")
    assert lies(second) == (next_monday() + timedelta(days=29), "10:00")
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_nothing_is_moved_to_a_time_that_was_not_looked_at(address: str, browser: Browser, script: bool) -> None:
    first, _ = a_booked_series()
    page = the_week(browser, address, java_script_enabled=script)
    page.goto(f"{address}/visits/{first}/move?day={next_monday() + timedelta(days=1)}&minute=600")
    page.fill("#exact_time", "12:00")
    move = page.get_by_role("button", name="Move", exact=True)
    if script:
        assert move.is_disabled()
        page.get_by_role("button", name="Show", exact=True).click()
    else:
        move.click()
    page.get_by_text("12:00", exact=False).first.wait_for()
    assert lies(first) == (next_monday(), "10:00")
    move.click()
    page.wait_for_url(lambda url: "/move" not in url)
    assert lies(first) == (next_monday() + timedelta(days=1), "12:00")
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
    assert "İdeal araya göre" in page.locator("label[for=rest-respace]").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()
