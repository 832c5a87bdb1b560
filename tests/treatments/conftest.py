"""A visit that is being treated, of whatever the test's own scene is about."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.schedule import flow
from models.appointment import Appointment
from models.base import db, transaction
from tests.builders import TODAY
from tests.schedule.pages import fresh
from tests.schedule.scenes import Scene, book


@pytest.fixture
def visit(scene: Scene, noon: datetime) -> Appointment:
    """In treatment since noon."""
    made = book(scene.sessions[0], TODAY, "12:00", noon - timedelta(hours=2))
    with transaction():
        there = db.session.get_one(Appointment, made.id)
        flow.arrive(there, noon - timedelta(minutes=30))
        flow.start(there, noon - timedelta(minutes=10))
    return fresh(made)
