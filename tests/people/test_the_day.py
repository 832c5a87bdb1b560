"""Reception and nurse run a day of sixty visits (U4 to U6, U10, U23)."""

from __future__ import annotations

import pytest

from tests.browser.conftest import CHROMIUM
from tests.people.figures import BARS, Tally
from tests.people.test_series import Sits

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


def test_u4_arrived_is_one_click(person: Sits, tally: Tally) -> None:
    desk = person("desk", "/day")
    row = desk.page.locator("tr[data-v]:has(.tag-booked)").first
    number = row.get_attribute("id")
    desk.click(row.get_by_role("button", name="Arrived"))
    desk.page.locator(f"#{number} .tag-arrived").wait_for()
    assert tally("U4", desk) == BARS["U4"].most
    assert desk.loads == 0


def test_u4_arrived_is_one_key_on_a_row_that_has_the_focus(person: Sits, tally: Tally) -> None:
    desk = person("desk", "/day")
    row = desk.page.locator("tr[data-v]:has(.tag-booked)").first
    row.get_by_role("button", name="Arrived").focus()
    desk.keys("a")
    desk.page.locator(f"#{row.get_attribute('id')} .tag-arrived").wait_for()
    assert tally("U4", desk, what="arrived, by key") == BARS["U4"].most
