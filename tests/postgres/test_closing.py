"""Closing a day and what came in since, asked of PostgreSQL."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.schedule import actions
from models.appointment import VisitState
from models.base import db, transaction
from tests import builders
from tests.builders import TODAY
from tests.schedule.pages import fresh, token, words
from tests.schedule.scenes import a_scene, book, days

pytestmark = pytest.mark.postgres
CLOSE = f"/day/{TODAY}/close"


def test_a_day_is_closed_and_what_came_in_since_is_counted(app: Flask, noon: datetime) -> None:
    scene, client = a_scene(), app.test_client()
    absent = builders.a_visit(scene.patient, noon - timedelta(hours=1), kind="consultation")
    coming = book(scene.sessions[0], days(2), "13:50", noon)
    builders.sign_in(client, builders.a_receptionist())
    page = client.get(CLOSE)
    seen = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', page.text))
    data = {"form_token": token(page), "visit": str(absent.id), "what-not_arrived": "no_show"} | seen
    assert "The day is closed." in words(client.post(CLOSE, data=data, follow_redirects=True))
    assert fresh(absent).state is VisitState.NO_SHOW
    with transaction():
        actions.confirm(db.session.merge(coming), noon + timedelta(minutes=1), by_patient=True)
    assert "Since you closed Tue 1 Dec 12:00: 1 confirmed" in words(client.get("/day"))
    assert "Ayşe Yılmaz" in words(client.get("/came/confirmed"))
    assert "Not arrived" not in words(client.get(CLOSE))
