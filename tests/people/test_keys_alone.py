"""Every task of U1 to U10 is done by keys alone, and the focus is never lost nor covered on the way (U15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from models.appointment import VisitState
from models.base import db, transaction
from models.staff import Absence
from tests.browser.conftest import CHROMIUM
from tests.people import clinic, test_moving, test_the_day
from tests.people.figures import Tally
from tests.people.keyboard import Keyboard
from tests.people.plans import TODAY
from tests.people.test_moving import MONDAY, TUESDAY, lies, of_that_week, series
from tests.people.test_series import A_PLAN, booked, day, new_patient
from tests.people.test_the_day import next_to_come, open_rows, the_visit

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]
HOW = "by keys alone"
SitsDown = Callable[..., Keyboard]
__all__ = ["new_patient", "open_rows", "series"]  # the same fixtures


def decides(doctor: Keyboard) -> None:
    """From the patient's page to the plan with all its dates."""
    doctor.keys("n", "p")
    doctor.tabs_to(doctor.page.get_by_role("link", name="Mesotherapy, scalp"))
    doctor.keys("Enter")
    doctor.page.locator("#line-0-6").wait_for()


def test_u1_a_series_is_booked(person: SitsDown, new_patient: int, tally: Tally) -> None:
    doctor = person("phys", f"/patients/{new_patient}", kind=Keyboard)
    decides(doctor)
    doctor.keys("Control+Enter")
    doctor.page.wait_for_url(A_PLAN)
    assert booked(new_patient) == (1, 6)
    tally("U1", doctor, how=HOW)


def test_u2_a_clash_is_repaired(person: SitsDown, new_patient: int, tally: Tally) -> None:
    with transaction():
        for physician in (1, 2, 3):
            db.session.add(Absence(staff_id=physician, first_day=day(16), last_day=day(31)))
    doctor = person("phys", f"/patients/{new_patient}", kind=Keyboard)
    decides(doctor)
    doctor.page.locator("[data-clash]:focus").wait_for()
    doctor.keys("1")
    doctor.page.get_by_text("Decided by you.").first.wait_for()
    doctor.keys("Control+Enter")
    doctor.page.wait_for_url(A_PLAN)
    assert booked(new_patient)[1] >= 5
    tally("U2", doctor, how=HOW)


def test_u3_numbers_are_changed(person: SitsDown, new_patient: int, tally: Tally) -> None:
    doctor = person("phys", f"/patients/{new_patient}", kind=Keyboard)
    decides(doctor)
    changes = Keyboard(doctor.page)
    changes.tabs_to(doctor.page.get_by_role("button", name="One session fewer"))
    changes.keys("Enter")
    doctor.page.get_by_role("button", name="Book 5 sessions").wait_for()
    changes.enters(doctor.page.locator("#courses-0-gap"), "35")
    doctor.page.locator("#line-0-2").get_by_role("cell", name="35", exact=True).wait_for()
    doctor.keys("Control+Enter")
    doctor.page.wait_for_url(A_PLAN)
    assert booked(new_patient) == (1, 5)
    tally("U3", changes, how=HOW)


def test_u4_to_u6_a_visit_goes_its_way_and_back(person: SitsDown, tally: Tally) -> None:
    doctor = person("phys", "/day", kind=Keyboard)
    row, number = next_to_come(doctor)
    while not row.evaluate("(one) => one.contains(document.activeElement)"):
        doctor.keys("j")
    doctor.acts, doctor.seconds = 0, 0.0
    for key, after in (("a", "arrived"), ("o", "arrived"), ("t", "in_treatment"), ("d", "done")):
        doctor.keys(key)
        row.locator(f".tag-{after}").wait_for()
        doctor.page.locator(f"#{number} :focus, #{number}:focus").wait_for()
    tally("U5", doctor, how=HOW)
    undoes = Keyboard(doctor.page)
    undoes.keys("u")
    row.locator(".tag-in_treatment").wait_for()
    assert the_visit(number).state is VisitState.IN_TREATMENT
    tally("U6", undoes, how=HOW)


def test_u7_a_visit_is_moved(person: SitsDown, series: list[int], tally: Tally) -> None:
    desk = person("desk", f"/week/{MONDAY}?of=p1", kind=Keyboard)
    desk.tabs_to(desk.page.locator(".wcard").first)
    desk.keys(*["ArrowDown"] * desk.page.locator(f"[data-day='{MONDAY}'] .wcard").evaluate_all(PLACE, f"w{series[0]}"))
    desk.keys("m")
    desk.page.locator("#exact_day:focus").wait_for()
    desk.keys("ArrowRight", "Enter")
    desk.page.locator("#rest-keep:focus").wait_for()
    desk.keys("Enter")
    desk.page.wait_for_url(lambda url: "#w" in url)
    assert lies(series[0]) == TUESDAY
    tally("U7", desk, how=HOW)


PLACE = "(all, id) => all.findIndex((one) => one.id === id)"


def test_u8_the_next_session_is_booked(person: SitsDown, tally: Tally) -> None:
    desk, before = person("desk", "/work?list=unbooked", kind=Keyboard), test_moving.booked()
    desk.page.locator("#lines tbody tr .suggested button").first.wait_for()
    desk.keys("j", "b")
    desk.page.get_by_role("button", name="Undo").first.wait_for()
    assert test_moving.booked() == before + 1
    tally("U8", desk, how=HOW)


def test_u9_a_week_away_is_re_planned(person: SitsDown, tally: Tally) -> None:
    hit = len(list(of_that_week()))
    desk = person("desk", "/replan", kind=Keyboard)
    desk.tabs_to(desk.page.locator("select[name=person]"))
    desk.writes(clinic.PHYSICIANS[0][:6])
    desk.enters(desk.page.locator("input[name=first]"), "18.01.2027")
    desk.enters(desk.page.locator("input[name=last]"), "24.01.2027")
    desk.keys("Enter")
    apply = desk.page.get_by_role("button", name="Apply")
    apply.wait_for()
    desk.tabs_to(apply)
    desk.keys("Enter")
    desk.page.get_by_text(f"{hit} visits are re-planned.").wait_for()
    tally("U9", desk, how=HOW)


def test_u10_a_day_is_closed_and_opened_again(person: SitsDown, open_rows: list[int], tally: Tally) -> None:
    desk = person("desk", f"/day/{TODAY - timedelta(days=1)}", kind=Keyboard)
    desk.tabs_to(desk.page.get_by_role("link", name="Close day"))
    desk.keys("Enter")
    desk.page.locator("[data-ctrl-enter]").wait_for()
    desk.keys("Control+Enter")
    expect(desk.page.locator(".callout b")).to_contain_text("by Deniz Ak")
    desk.keys("u")
    expect(desk.page.locator(".toast")).to_contain_text("Undone")
    assert [the_visit(f"v{number}").state for number in open_rows] == list(test_the_day.LEFT_OPEN)
    tally("U10", desk, how=HOW)
