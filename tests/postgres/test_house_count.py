"""What is kept of the house is as it is under the lock, also where somebody changed it while the lock was waited for."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from app.schedule import guards
from app.schedule.free import resources
from models.base import db, transaction
from tests import builders
from tests.builders import TODAY

pytestmark = pytest.mark.postgres


def working() -> int:
    return len(resources.people(TODAY, TODAY, {}, 1))


def test_under_the_lock_hours_and_people_are_those_of_now(app: Flask) -> None:
    builders.a_clinic()
    builders.a_physician("Dr. Can Su")
    with transaction():
        before = working()
        with db.engine.begin() as somebody_else:
            somebody_else.execute(text("UPDATE staff_member SET active = false WHERE name = 'Dr. Can Su'"))
        guards.alone(1)
        assert working() == before - 1
