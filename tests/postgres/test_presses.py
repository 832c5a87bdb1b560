"""Presses at one moment, on PostgreSQL: of several each is kept, and of two for the same thing it is done once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.messages import links
from app.messages.links import Purpose
from models import clock
from models.base import db, transaction
from models.clinic import Clinic, Device, Room
from models.patient import Patient
from tests.beginning.test_simple_clinic import FOUNDED, TYPED
from tests.conftest import NOON
from tests.mails.stories import a_story, with_public_url

pytestmark = pytest.mark.postgres
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
GROUPS = ("recall", "check_in", "result", "offer")
ROUNDS = 4


def _at_one_moment(app: Flask, paths: list[str], typed: Mapping[str, Any] = ONE_CLICK, cookie: str = "") -> None:
    ready = threading.Barrier(len(paths))

    def send(path: str) -> None:
        with clock.set_to(NOON):
            client = app.test_client()
            client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
            ready.wait()
            client.post(path, data=typed)

    people = [threading.Thread(target=send, args=(path,)) for path in paths]
    for one in people:
        one.start()
    for one in people:
        one.join()
    db.session.rollback()


def test_of_several_classes_stopped_at_one_moment_none_is_forgotten(app: Flask, noon: datetime) -> None:
    with_public_url()
    story = a_story("en")
    message = story.told["booked"][0]
    for _ in range(ROUNDS):
        with transaction():
            patient = db.session.get_one(Patient, story.patient.id)
            patient.stopped_classes = []
            urls = [links.make(Purpose.STOP, message, NOON, argument=group) or "" for group in GROUPS]
        _at_one_moment(app, [url.removeprefix(links.public_url()) for url in urls])
        assert sorted(db.session.get_one(Patient, story.patient.id).stopped_classes) == sorted(GROUPS)


@pytest.fixture
def manager(app: Flask, noon: datetime) -> str:
    """The cookie of the manager of an empty clinic."""
    client = app.test_client()
    client.post("/start", data=FOUNDED)
    found = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert found
    return found.value


def test_two_who_set_up_the_simple_clinic_at_one_moment_set_it_up_once(app: Flask, manager: str) -> None:
    _at_one_moment(app, ["/begin"] * 4, TYPED, manager)
    assert sorted(db.session.scalars(select(Room.name))) == ["Oda 1", "Oda 2"]
    assert db.session.scalars(select(Device.kind)).all() == ["centrifuge"]


def test_of_several_first_steps_left_for_later_at_one_moment_none_is_forgotten(app: Flask, manager: str) -> None:
    steps = ["telephone", "room", "protocol", "patient"]
    for _ in range(ROUNDS):
        with transaction():
            db.session.get_one(Clinic, 1).left_for_later = []
        _at_one_moment(app, [f"/settings/first-steps/{step}/later" for step in steps], {}, manager)
        assert sorted(db.session.get_one(Clinic, 1).left_for_later) == sorted(steps)
