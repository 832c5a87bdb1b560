"""A day on which a plan is on hold is offered for none of its visits; where a time is asked for on it, the hold is named."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.appointment import Appointment
from models.base import db, transaction
from models.treatment import Hold
from tests.builders import EARLY
from tests.schedule.pages import words
from tests.schedule.scenes import Scene, align, book, days

FIRST, LAST = days(-1), days(12)


@pytest.fixture
def held(scene: Scene) -> Scene:
    """On hold until the twelfth day from now."""
    with transaction():
        db.session.add(Hold(plan_id=scene.plan.id, from_day=FIRST, until_day=LAST, reason="cold", made_at=EARLY))
    align(scene)
    return scene


def offered(page: TestResponse, name: str = "slot") -> list[date]:
    """The days of every time the page offers under this name."""
    return [date.fromisoformat(day) for day in re.findall(rf'name="{name}"[^>]*value="(\d{{4}}-\d\d-\d\d) ', page.text)]


def test_a_session_is_offered_the_days_after_the_pause(held: Scene, desk: FlaskClient) -> None:
    url = f"/session/{held.sessions[0].id}/book"
    found = offered(desk.get(url))
    assert found
    assert min(found) > LAST
    page = desk.get(f"{url}?day={days(6).isoformat()}")
    assert not offered(page)
    assert "no free time. The plan is on hold then." in words(page)


def test_a_touch_up_which_has_no_window_is_offered_none_of_them_either(held: Scene, desk: FlaskClient) -> None:
    url = f"/visits/new?patient={held.patient.id}&kind=touch_up&course={held.course.id}"
    found = offered(desk.get(url))
    assert found
    assert min(found) > LAST
    assert "The plan is on hold then." in words(desk.get(f"{url}&day={days(6).isoformat()}"))


def test_a_review_may_lie_inside_a_pause(held: Scene, desk: FlaskClient) -> None:
    url = f"/visits/new?patient={held.patient.id}&kind=review&course={held.course.id}"
    assert min(offered(desk.get(url))) <= LAST


@pytest.fixture
def kept(scene: Scene, noon: datetime) -> Appointment:
    """Booked before the pause began, and left where it lies."""
    visit = book(scene.sessions[0], days(2), "09:00", noon)
    with transaction():
        db.session.add(Hold(plan_id=scene.plan.id, from_day=FIRST, until_day=LAST, reason="cold", made_at=EARLY))
    align(scene)
    return visit


def test_the_panel_to_move_a_visit_offers_the_days_after_the_pause(kept: Appointment, desk: FlaskClient) -> None:
    found = offered(desk.get(f"/visits/{kept.id}/move"), "use")
    assert found
    assert min(found) > LAST


def test_a_time_inside_the_pause_is_refused_by_name_with_times_that_work(kept: Appointment, desk: FlaskClient) -> None:
    wanted = {"seen": kept.version, "slot": f"{days(6).isoformat()} 540 0 0", "asked_by": "patient", "do": "look"}
    page = desk.post(f"/visits/{kept.id}/move", data=wanted)
    assert "The plan is on hold on that day." in words(page)
    found = offered(page, "use")
    assert found
    assert min(found) > LAST
