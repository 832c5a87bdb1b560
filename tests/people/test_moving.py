"""A visit is moved (U7), the next one booked from the worklist (U8), a physician is away for a week (U9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from models.appointment import Appointment, VisitState
from models.base import db
from models.message import ChangeSet
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from tests import builders
from tests.browser.conftest import CHROMIUM
from tests.people import clinic
from tests.people.figures import BARS, Tally
from tests.people.plans import MOMENT, TODAY
from tests.people.test_series import Sits
from tests.schedule import scenes

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

MONDAY = date(2026, 12, 7)
TUESDAY = MONDAY + timedelta(days=1)
AWAY = date(2027, 1, 18)
KEYS_MOST = 8


@pytest.fixture
def series(busy: Flask) -> list[int]:
    """Two sessions on two Mondays, in the hour that is free; their visits."""
    doctor, patient = db.session.get_one(StaffMember, 1), builders.a_patient("Nesrin", "Aktaş", phone="+905321119999")
    version = db.session.query(ProtocolVersion).order_by(ProtocolVersion.id.desc()).first()
    builders.an_evaluation(patient, doctor, TODAY)
    course = builders.a_course(builders.a_plan(patient, doctor), version, MONDAY)
    made = [scenes.book(course.sessions[n], MONDAY + timedelta(days=10 * n), "18:00", MOMENT, performer=doctor).id for n in (0, 1)]
    db.session.remove()
    return made


def lies(visit: int) -> date:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get_one(Appointment, visit).local_day
    db.session.remove()
    return found


def test_u7_a_drop_shows_what_becomes_of_the_series_and_move_moves(person: Sits, series: list[int], tally: Tally) -> None:
    desk = person("desk", f"/week/{MONDAY}?of=p1")
    desk.page.set_viewport_size({"width": 1366, "height": 1400})
    card, column = desk.page.locator(f"#w{series[0]}"), desk.page.locator(f"[data-day='{TUESDAY}']").bounding_box()
    desk.drag(card, (column["x"] + 20, card.bounding_box()["y"] + 5))
    desk.page.locator("#move-panel .claims").wait_for()
    desk.page.locator("#move-panel [name=rest]").first.wait_for()
    assert lies(series[0]) == MONDAY, "nothing is saved by a drop"
    desk.click(desk.page.get_by_role("button", name="Move", exact=True))
    desk.page.wait_for_url(f"**/week/{TUESDAY}*#w{series[0]}")
    assert lies(series[0]) == TUESDAY
    assert tally("U7", desk) <= BARS["U7"].most


def test_u7_by_keys_from_the_card(person: Sits, series: list[int], tally: Tally) -> None:
    desk = person("desk", f"/week/{MONDAY}?of=p1")
    desk.page.locator(f"#w{series[0]}").focus()
    desk.keys("m")
    desk.page.locator("#exact_day:focus").wait_for()
    desk.keys("ArrowRight", "Enter")
    desk.page.locator("#rest-keep:focus").wait_for()
    assert lies(series[0]) == MONDAY
    desk.keys("Enter")
    desk.page.wait_for_url(lambda url: "#w" in url)
    assert lies(series[0]) == TUESDAY
    assert tally("U7", desk, how="by keys (at most 8)") <= KEYS_MOST


def test_u8_the_next_session_is_booked_at_the_suggested_time(person: Sits, tally: Tally) -> None:
    desk = person("desk", "/work?list=unbooked")
    line = desk.page.locator("#lines tbody tr").first
    suggested = line.locator(".suggested button")
    suggested.wait_for()
    before = booked()
    desk.click(suggested)
    desk.page.get_by_role("button", name="Undo").first.wait_for()
    assert booked() == before + 1
    assert tally("U8", desk) == BARS["U8"].most


def booked() -> int:
    db.session.rollback()
    return db.session.query(Appointment).filter_by(state=VisitState.BOOKED).count()


def test_u9_a_week_away_is_re_planned_at_once(person: Sits, tally: Tally) -> None:
    hit = {visit.id for visit in of_that_week()}
    desk = person("desk", "/day")
    desk.click("summary:has-text('New')")
    desk.click("a:has-text('Somebody is away')")
    desk.choose("select[name=person]", clinic.PHYSICIANS[0])
    desk.type("input[name=first]", "18.01.2027")
    desk.type("input[name=last]", "24.01.2027")
    desk.click("button:has-text('Show their visits')")
    desk.page.get_by_role("button", name="Apply").wait_for()
    assert desk.page.locator("#others tbody tr").count() == len(hit) >= 14
    desk.click(desk.page.get_by_role("button", name="Apply"))
    desk.page.get_by_text(f"{len(hit)} visits are re-planned.").wait_for()
    assert list(of_that_week()) == []
    told = db.session.query(ChangeSet).filter(ChangeSet.batch.is_not(None)).all()
    assert len({one.patient_id for one in told}) == len(told), "one message a patient"
    assert tally("U9", desk, how=f"{len(hit)} visits") <= BARS["U9"].most


def of_that_week() -> Iterator[Appointment]:
    db.session.rollback()
    db.session.expire_all()
    his = db.session.query(Appointment).filter_by(performer_id=1, state=VisitState.BOOKED)
    yield from his.filter(Appointment.local_day.between(AWAY, AWAY + timedelta(days=6)))


