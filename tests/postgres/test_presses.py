"""Presses on several links of one patient at one moment, on PostgreSQL: each is kept."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from flask import Flask

from app.messages import links
from app.messages.links import Purpose
from models import clock
from models.base import db, transaction
from models.patient import Patient
from tests.conftest import NOON
from tests.mails.stories import a_story, with_public_url

pytestmark = pytest.mark.postgres
GROUPS = ("recall", "check_in", "result", "offer")
ROUNDS = 4


def _at_one_moment(app: Flask, paths: list[str]) -> None:
    ready = threading.Barrier(len(paths))

    def stop(path: str) -> None:
        with clock.set_to(NOON):
            client = app.test_client()
            ready.wait()
            client.post(path, data={"List-Unsubscribe": "One-Click"})

    people = [threading.Thread(target=stop, args=(path,)) for path in paths]
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
