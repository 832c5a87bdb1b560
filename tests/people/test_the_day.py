"""Reception and physicians run a day of sixty visits and close it (U4 to U6, U10)."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect

from models import clock
from models.appointment import Appointment, VisitState
from models.base import db
from models.message import Message, MessageState
from models.product import LotUse
from tests import builders
from tests.browser.conftest import CHROMIUM
from tests.people.counter import Person
from tests.people.figures import BARS, Tally
from tests.people.plans import TODAY, ZONE
from tests.people.test_series import Sits

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

PRESSES = 20
LEFT_OPEN = (VisitState.IN_TREATMENT, VisitState.ARRIVED, VisitState.BOOKED)


def next_to_come(sits: Person) -> tuple[Locator, str]:
    """The first row that is still to come, and its id."""
    number = sits.page.locator("tr[data-v]:has(.tag-booked)").first.get_attribute("id") or ""
    return sits.page.locator(f"#{number}"), number


def test_u4_arrived_is_one_click(person: Sits, tally: Tally) -> None:
    desk, took = person("desk", "/day"), []
    for _press in range(PRESSES):
        desk.acts, desk.seconds = 0, 0.0
        row, number = next_to_come(desk)
        desk.awaits("click", f"document.querySelector('#{number} .tag-arrived')")
        desk.click(row.get_by_role("button", name="Arrived"))
        took.append(desk.painted())
    late = sorted(took)[int(PRESSES * 0.95) - 1]
    assert tally("U4", desk, ms=f"p95 {late:.0f} (at most 100)") == BARS["U4"].most
    assert desk.loads == 0


def test_u4_arrived_is_one_key_on_a_row_that_has_the_focus(person: Sits, tally: Tally) -> None:
    desk = person("desk", "/day")
    row, _number = next_to_come(desk)
    row.get_by_role("link").first.focus()
    desk.keys("a")
    row.locator(".tag-arrived").wait_for()
    assert tally("U4", desk, how="by a key") == BARS["U4"].most


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_u5_from_booked_to_done_on_one_page(person: Sits, tally: Tally, script: bool) -> None:
    doctor = person("phys", "/day", script=script)
    row, number = next_to_come(doctor)
    for word, after in (("Arrived", "Cream on"), ("Cream on", "Start"), ("Start", "Done")):
        doctor.click(row.get_by_role("button", name=word))
        row.get_by_role("button", name=after).wait_for()
    doctor.click(row.get_by_role("button", name="Done"))
    doctor.page.get_by_text("Care instructions go at").first.wait_for()
    assert "Next: " in doctor.page.content()
    visit = the_visit(number)
    assert visit.state is VisitState.DONE
    assert db.session.query(LotUse).filter_by(session_id=visit.sessions[0].session_id).count() == 1
    assert db.session.query(Message).filter_by(kind="aftercare", subject_id=visit.id).count() == 1
    assert tally("U5", doctor, how="" if script else "without a script") <= BARS["U5"].most
    assert doctor.loads == 0 or not script


def test_u6_one_press_takes_it_back_and_stops_its_mail(person: Sits, tally: Tally) -> None:
    doctor = person("phys", "/day")
    row, number = next_to_come(doctor)
    for word in ("Arrived", "Cream on", "Start", "Done"):
        doctor.click(row.get_by_role("button", name=word))
    doctor.page.get_by_text("Care instructions go at").first.wait_for()
    undoes = Person(doctor.page)
    undoes.click(doctor.page.locator("#toasts").get_by_role("button", name="Undo"))
    row.locator(".tag-in_treatment").wait_for()
    visit = the_visit(number)
    assert visit.state is VisitState.IN_TREATMENT
    (care,) = db.session.query(Message).filter_by(kind="aftercare", subject_id=visit.id)
    assert care.state is MessageState.WITHDRAWN
    assert tally("U6", undoes) == BARS["U6"].most


def the_visit(number: str) -> Appointment:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Appointment, int(number.removeprefix("v")))


@pytest.fixture
def open_rows(busy: Flask) -> list[int]:
    """Three visits of yesterday that nobody closed: one in treatment, one who has arrived, one who never came."""
    made = []
    for n, state in enumerate(LEFT_OPEN):
        patient = builders.a_patient(f"Hasta {n}", "Kaya", phone=f"+90532111000{n}")
        starts = clock.at(TODAY - timedelta(days=1), time(8, 10 * n), ZONE)
        made.append(builders.a_visit(patient, starts, state=state, kind="consultation", minutes=10).id)
    db.session.remove()
    return made


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_u10_three_open_rows_are_closed_and_taken_back(person: Sits, open_rows: list[int], tally: Tally, script: bool) -> None:
    desk = person("desk", f"/day/{TODAY - timedelta(days=1)}", script=script)
    desk.click(desk.page.get_by_role("link", name="Close day"))
    desk.click(".buttons .primary")
    expect(desk.page.locator(".callout b")).to_contain_text("by Deniz Ak")
    assert tally("U10", desk, how="" if script else "without a script") <= BARS["U10"].most
    desk.click(desk.page.get_by_role("button", name="Undo").first)
    expect(desk.page.locator(".toast")).to_contain_text("Undone")
    assert [the_visit(f"v{number}").state for number in open_rows] == list(LEFT_OPEN)
