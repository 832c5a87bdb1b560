"""Several desks have the day open: each asks cheaply whether anything has changed, and is told only what looks different."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from models import clock
from models.base import db, transaction
from models.event import Event
from models.patient import Patient
from models.staff import SignIn
from tests.builders import TODAY
from tests.schedule.pages import Counted, press, words
from tests.schedule.scenes import Scene, book


def asks(client: FlaskClient, page: TestResponse) -> TestResponse:
    """What the page's script asks."""
    where, seen = re.search(r'data-since-url="([^"]+)" data-seen="([^"]+)"', page.text).groups()
    return client.get(f"{where.replace('&amp;', '&')}&seen={seen}")


def prints(page: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'<tr id="(v\d+)" data-v="(\w+)"', page.text))


def test_where_nothing_changed_nothing_of_the_day_is_read(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    book(scene.sessions[0], TODAY, "13:50", noon)
    page = desk.get("/day")
    with Counted() as asked:
        assert asks(desk, page).status_code == 204
    assert len(asked.statements) == 1, "who asks, and the count of changes with it"


def test_a_press_at_another_desk_comes_with_its_row_and_the_counts(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    page = desk.get("/day?by=time")
    press(desk, visit, "arrived")
    answer = asks(desk, page)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert prints(answer)[f"v{visit.id}"] != prints(page)[f"v{visit.id}"]
    assert "Waiting 1" in words(answer)
    assert asks(desk, answer).status_code == 204


def test_a_change_elsewhere_leaves_the_list_as_it_is(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    book(scene.sessions[0], TODAY, "13:50", noon)
    page = desk.get("/day")
    with transaction():
        db.session.get_one(Patient, scene.patient.id).phone_typed = "0532"
    answer = asks(desk, page)
    assert answer.status_code == 204
    assert answer.headers["Seans-Seen"] != re.search(r'data-seen="([^"]+)"', page.text)[1]


def test_who_becomes_late_is_told_and_the_minutes_that_go_on_are_not(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    book(scene.sessions[0], TODAY, "12:10", noon)
    page = desk.get("/day?by=time")
    with clock.set_to(noon + timedelta(minutes=9)):
        assert asks(desk, page).status_code == 204
    with clock.set_to(noon + timedelta(minutes=11)):
        late = asks(desk, page)
        assert "late 1 min" in late.text
    with clock.set_to(noon + timedelta(minutes=14)):
        assert asks(desk, late).status_code == 204
        assert prints(desk.get("/day?by=time")) == prints(late)
    with clock.set_to(noon + timedelta(minutes=25)):
        assert "No-show" in asks(desk, late).text


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    page = desk.get("/day")
    for minutes in (5, 10, 14):
        with clock.set_to(noon + timedelta(minutes=minutes)):
            asks(desk, page)
    assert db.session.scalar(select(SignIn.seen_at).order_by(SignIn.seen_at.desc())) <= noon
    with clock.set_to(noon + timedelta(minutes=16)):
        assert "/sign-in" in asks(desk, page).location


def test_what_is_told_is_written_down_as_seen(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    page = desk.get("/day")
    asks(desk, page)
    press(desk, visit, "arrived")
    asks(desk, page)
    assert db.session.query(Event).filter_by(action="day viewed").count() == 2


def test_an_address_that_nobody_wrote_gets_the_whole_list(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    assert desk.get(f"/day/{TODAY}/since?seen=nonsense").status_code == 200
    assert desk.get(f"/day/{TODAY}/since").status_code == 200
    assert desk.get("/day/2026-02-30/since").status_code == 404
