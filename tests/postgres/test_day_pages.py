"""The day page, its free times and a press on it, asked of PostgreSQL: the same words as on SQLite."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from app.schedule.day.gaps import gaps_on
from models.appointment import VisitState
from models.base import db, transaction
from models.clinic import Closure
from models.staff import Absence
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, press, primary, row, words
from tests.schedule.scenes import ISTANBUL, a_scene, book, days

pytestmark = pytest.mark.postgres


def test_a_visit_is_shown_pressed_and_counted(app: Flask, noon: datetime) -> None:
    scene, client = a_scene(), app.test_client()
    visit = book(scene.sessions[0], TODAY, "13:50", noon)
    builders.sign_in(client, scene.physician)
    page = client.get("/day")
    assert "PRP, scalp 1 of 3" in row(page, visit)
    assert primary(page, visit) == ["Arrived"]
    assert press(client, visit, "arrived").status_code == 303
    assert fresh(visit).state is VisitState.ARRIVED
    assert "Waiting 1" in words(client.get("/day"))


def test_free_times_leave_out_claims_absences_and_closures(app: Flask, noon: datetime) -> None:
    scene = a_scene()
    book(scene.sessions[0], days(1), "13:50", noon)
    free = gaps_on(days(1), builders.the_location().id, ISTANBUL, noon).staff[scene.physician.id]
    assert free[0][0] == 9 * 60
    assert all(end <= 14 * 60 + 30 or start >= 15 * 60 for start, end in free), "the physician treats from 14:30 to 15:00"
    with transaction():
        db.session.add(Absence(staff_id=scene.physician.id, first_day=days(2), last_day=days(2)))
        db.session.add(Closure(day=days(3), why="Feast"))
    assert scene.physician.id not in gaps_on(days(2), builders.the_location().id, ISTANBUL, noon).staff
    assert gaps_on(days(3), builders.the_location().id, ISTANBUL, noon).closed
