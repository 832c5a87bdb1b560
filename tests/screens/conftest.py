"""The demo clinic in the middle of a day, made once; who only looks at it changes nothing but the trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import demo
from app.commands.database import make_current
from app.factory import create_app
from app.protocols import actions as protocols
from docs.screens import SCREENS
from jobs import runner
from models import clock
from models.base import db, transaction
from models.staff import Role, StaffMember
from tests.builders import sign_in
from tests.conftest import settings_of_a_test

MOMENT = datetime(2026, 12, 3, 11, 12, tzinfo=UTC)  # Thursday, twelve past two in Istanbul
NOT_THERE = {"not-found": 404}


@pytest.fixture(scope="session")
def demo_clinic(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The demo clinic as it stands at that moment, its jobs done."""
    settings = settings_of_a_test(tmp_path_factory.mktemp("demo"), public_url="http://127.0.0.1:8000", demo=True)
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context(), clock.set_to(MOMENT):
        make_current()
        with transaction():
            protocols.load_shipped(MOMENT)
        list(demo.make(MOMENT, settings))
        runner.tick(app)
    return app


@pytest.fixture
def standing(demo_clinic: Flask) -> Iterator[Flask]:
    """Inside the clinic, at its moment."""
    with demo_clinic.app_context(), clock.set_to(MOMENT):
        yield demo_clinic
        db.session.remove()


def screens_of(role: str) -> dict[str, str]:
    """Name and path of every screen of a role; where the table asks the database, the row it finds."""
    found = {name: str(db.session.scalar(text(place))) if place.startswith("SELECT") else place for name, place in SCREENS[role].items()}
    db.session.remove()
    return found


def visitor(app: Flask, role: str) -> FlaskClient:
    """A client of the first person with this role; of nobody for the pages that are open."""
    client = app.test_client()
    if role:
        everybody = db.session.query(StaffMember).order_by(StaffMember.id)
        sign_in(client, next(person for person in everybody if person.has_role(Role(role))))
        db.session.remove()
    return client
