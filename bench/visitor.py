"""Somebody signed in at a measured clinic: the cookie that opens its pages."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient

from app import sessions
from bench.world import TODAY
from models import clock
from models.base import db, transaction
from models.staff import StaffMember

MORNING = datetime(TODAY.year, TODAY.month, TODAY.day, 6, tzinfo=UTC)


def signed_in(app: Flask) -> FlaskClient:
    """A client in the name of the first staff member. The clock is the machine's: the sign-in must not be over."""
    client = app.test_client()
    with app.app_context():
        with transaction():
            handle = sessions.start(db.session.get_one(StaffMember, 1), clock.now()).handle
        db.session.remove()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = handle, True
    return client


def cookie_of(client: FlaskClient, app: Flask) -> str:
    """The Cookie header of that client, for a real connection."""
    found = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    return f"{found.key}={found.value}" if found else ""
