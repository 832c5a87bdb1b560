"""The keys of the desk in a real browser: everything that has one is done without the mouse, and none fires while somebody types."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    sign_in(page, address)
    page.goto(f"{address}/day")
    yield page
    page.context.close()


def typed(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_f_finds_a_patient_typed_without_turkish_letters_and_enter_opens(page: Page) -> None:
    typed(page, "f")
    page.keyboard.type("ayse yilm")
    page.wait_for_selector("#hits[data-of='ayse yilm'] a")
    typed(page, "Enter")
    page.wait_for_url("**/patients/*")


def test_enter_before_the_answer_is_there_finds_as_well(page: Page) -> None:
    typed(page, "Control+k")
    page.keyboard.type("yilmaz")
    typed(page, "Enter")
    page.wait_for_url("**/patients/*")


@pytest.mark.parametrize(("keys", "there"), [("gw", "/week"), ("gp", "/patients"), ("gl", "/work"), ("nw", "/walk-in")])
def test_two_letters_lead_to_a_room_or_begin_something(page: Page, keys: str, there: str) -> None:
    typed(page, *keys)
    page.wait_for_url(f"**{there}*")


def test_j_and_a_mark_the_first_visit_arrived_and_the_focus_stays_on_its_next_step(page: Page) -> None:
    typed(page, "j", "a")
    page.wait_for_selector(".tag-arrived")
    assert page.evaluate("document.activeElement.closest('tr')?.id ?? ''").startswith("v")
    typed(page, "u")
    page.wait_for_selector(".tag-booked")


def test_no_key_fires_while_somebody_types(page: Page) -> None:
    page.focus("#go")
    page.keyboard.type("gw?")
    assert page.input_value("#go") == "gw?"
    assert page.locator("dialog[open]").count() == 0


def test_the_sheet_of_keys_opens_and_closes_by_its_own_key(page: Page) -> None:
    typed(page, "?")
    page.wait_for_selector("#keys[open] kbd")
    typed(page, "Escape")
    assert page.locator("dialog[open]").count() == 0


def test_comma_and_full_stop_turn_the_days(page: Page, address: str) -> None:
    typed(page, ".")
    page.wait_for_url(f"{address}/day/*")


def test_f_finds_even_when_it_is_pressed_before_the_page_is_quite_there(page: Page, address: str) -> None:
    pressed = 'new KeyboardEvent("keydown", { key: "f", bubbles: true })'
    page.add_init_script(f'document.addEventListener("DOMContentLoaded", () => document.dispatchEvent({pressed}))')
    page.goto(f"{address}/day")
    page.wait_for_selector("#find[open] #hits a")
