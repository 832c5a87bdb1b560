"""What came in since the day was closed stands over the day until whoever looks has read it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app import tasks
from app.schedule import actions
from models.appointment import VisitKind
from models.base import db, transaction
from models.closing import DayClosing
from models.staff import Role
from models.task import StaffTask, TaskKind
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import Counted, words
from tests.schedule.scenes import Scene, another_patient, book, book_plain, days


@pytest.fixture
def closed(scene: Scene, noon: datetime) -> Scene:
    """Deniz closed yesterday at ten past six."""
    with transaction():
        db.session.add(DayClosing(location_id=1, day=days(-1), at=noon - timedelta(hours=18), closes=True, moved=[], kept=[], asked=[]))
    return scene


def comes_in(scene: Scene, now: datetime) -> None:
    """One confirms by a link, another asks to move, and one asks for a call."""
    early = now - timedelta(days=2)
    visit = book(scene.sessions[0], days(2), "13:50", early)
    other = book_plain(another_patient(), VisitKind.CONSULTATION, days(2), "16:00", early)
    with transaction():
        actions.confirm(db.session.merge(visit), now - timedelta(hours=3), by_patient=True)
        for kind in (TaskKind.ASKED_TO_MOVE, TaskKind.CALL_PATIENT):
            about = db.session.merge(other)
            tasks.ask(kind, about, now - timedelta(hours=2), patient_id=about.patient_id, due_on=TODAY, role=Role.RECEPTION)


def test_the_strip_counts_since_the_last_close_and_each_count_leads_to_its_list(closed: Scene, desk: FlaskClient, noon: datetime) -> None:
    comes_in(closed, noon)
    page = words(desk.get("/day"))
    assert "Since you closed Mon 30 Nov 18:00: 1 asks to be called 1 asked to move 1 confirmed" in page
    assert "Mehmet Kaya" in words(desk.get("/came/moves"))
    assert "Ayşe Yılmaz" in words(desk.get("/came/confirmed"))
    assert "Ayşe Yılmaz" not in words(desk.get("/came/moves"))
    assert desk.get("/came/nonsense").status_code == 404


def test_what_came_before_the_close_or_where_nothing_was_ever_closed_is_not_news(scene: Scene, desk: FlaskClient, noon: datetime) -> None:
    comes_in(scene, noon)
    assert "Since" not in words(desk.get("/day"))
    with transaction():
        db.session.add(DayClosing(location_id=1, day=TODAY, at=noon, closes=True, moved=[], kept=[], asked=[]))
    assert "Since" not in words(desk.get("/day"))


def test_who_has_read_it_sees_it_no_more_and_the_others_still_do(closed: Scene, desk: FlaskClient, noon: datetime) -> None:
    comes_in(closed, noon)
    page = words(desk.post("/came/read", follow_redirects=True))
    assert "Since you closed" not in page
    builders.sign_in(desk, closed.physician)
    assert "Since you closed" in words(desk.get("/day"))


def test_that_it_was_read_can_be_taken_back(closed: Scene, desk: FlaskClient, noon: datetime) -> None:
    comes_in(closed, noon)
    desk.post("/came/read")
    assert "Since you closed" in words(desk.post("/came/read", data={"undo": ""}, follow_redirects=True))


def test_what_is_settled_leaves_the_counts(closed: Scene, desk: FlaskClient, noon: datetime) -> None:
    comes_in(closed, noon)
    with transaction():
        for task in db.session.query(StaffTask).filter_by(kind=TaskKind.ASKED_TO_MOVE):
            tasks.end(task, noon, "reached")
    assert "asked to move" not in words(desk.get("/day"))


def test_the_strip_costs_one_question_and_none_while_nothing_changes(closed: Scene, desk: FlaskClient, noon: datetime) -> None:
    comes_in(closed, noon)
    with Counted() as asked:
        desk.get("/day")
    assert sum("came_read" in one for one in asked.statements) == 1
    with Counted() as asked:
        desk.get("/day")
    assert not any("came_read" in one for one in asked.statements)


def test_the_manager_has_no_strip(closed: Scene, client: FlaskClient, noon: datetime) -> None:
    comes_in(closed, noon)
    builders.sign_in(client, builders.a_manager())
    assert "Since you closed" not in words(client.get("/day"))
    assert client.get("/came/moves").status_code == 403
