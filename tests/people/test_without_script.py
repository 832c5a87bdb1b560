"""With scripts switched off everything still goes, by links and forms (U19; U5, U10 and U12 are walked so beside their own)."""

from __future__ import annotations

import pytest

from tests.browser.conftest import CHROMIUM
from tests.people.figures import Tally
from tests.people.test_moving import MONDAY, booked, lies, series
from tests.people.test_series import A_PLAN, Sits, decides, new_patient
from tests.people.test_series import booked as booked_for
from tests.people.test_the_day import next_to_come

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]
HOW = "without a script"
__all__ = ["new_patient", "series"]  # the same fixtures


def test_u1_a_series_is_booked(person: Sits, new_patient: int, tally: Tally) -> None:
    doctor = person("phys", f"/patients/{new_patient}", script=False)
    decides(doctor)
    doctor.click(doctor.page.get_by_role("button", name="Book 6 sessions"))
    doctor.page.wait_for_url(A_PLAN)
    assert booked_for(new_patient) == (1, 6)
    tally("U1", doctor, how=HOW)


def test_u4_a_patient_arrives(person: Sits, tally: Tally) -> None:
    desk = person("desk", "/day", script=False)
    row, _number = next_to_come(desk)
    desk.click(row.get_by_role("button", name="Arrived"))
    row.locator(".tag-arrived").wait_for()
    tally("U4", desk, how=HOW)


def test_u7_a_visit_is_moved(person: Sits, series: list[int], tally: Tally) -> None:
    desk = person("desk", f"/week/{MONDAY}?of=p1", script=False)
    desk.click(f"#w{series[0]}")
    desk.click(desk.page.get_by_role("link", name="Move…"))
    desk.click(desk.page.locator("button[name=use]").nth(1))
    assert lies(series[0]) == MONDAY, "the button only shows what that would mean"
    desk.page.locator("[name=rest]").first.wait_for()
    desk.click(desk.page.get_by_role("button", name="Move", exact=True))
    desk.page.wait_for_url(lambda url: "/move" not in url)
    assert lies(series[0]) != MONDAY
    tally("U7", desk, how=HOW)


def test_u8_the_next_session_is_booked(person: Sits, tally: Tally) -> None:
    desk, before = person("desk", "/work?list=unbooked", script=False), booked()
    desk.click(desk.page.locator("#lines").get_by_role("link", name="Find a time").first)
    desk.click(desk.page.get_by_role("radio").first)
    desk.click(desk.page.get_by_role("button", name="Book", exact=True))
    desk.page.get_by_role("button", name="Undo").first.wait_for()
    assert booked() == before + 1
    tally("U8", desk, how=HOW)
