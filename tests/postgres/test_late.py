"""A late patient asked of PostgreSQL: the same ways, each taken back to just the claims there were."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from app.schedule import flow
from models import clock
from models.base import db, transaction
from models.lateness import LateDecision
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, words
from tests.schedule.scenes import a_scene, at, book, claims_of, days

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    ("way", "asked"),
    [("as_planned", {}), ("other_room", {"room": 2}), ("without-cream", {}), ("later_today", {"slot": f"{TODAY} 900 0 0"}),
     ("another_day", {"slot": f"{days(2)} 600 0 0"})],
)  # fmt: skip
def test_every_way_is_taken_and_taken_back(app: Flask, noon: datetime, way: str, asked: dict[str, object]) -> None:
    scene, client = a_scene("microneedling_face"), app.test_client()
    visit = book(scene.sessions[0], TODAY, "12:30", noon, performer=scene.physician, room_id=1)
    with transaction():
        flow.arrive(visit, at(TODAY, "12:47"))
    before = claims_of(fresh(visit))
    with clock.set_to(at(TODAY, "12:48")):
        builders.sign_in(client, scene.physician)
        assert "All of it still fits" in words(client.get(f"/visits/{visit.id}/late"))
        client.post(f"/visits/{visit.id}/late/{way}", data={"seen": fresh(visit).version}, query_string=asked)
        assert [one.undone_at for one in db.session.query(LateDecision)] == [None]
        client.post(f"/visits/{visit.id}/undo", data={"seen": fresh(visit).version})
    assert claims_of(fresh(visit)) == before
    assert all(one.undone_at for one in db.session.query(LateDecision))
