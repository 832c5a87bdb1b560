"""A mail that belongs to nobody, on PostgreSQL: of several desks one gives it, and half a year later nothing of it is left."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.errors import Refused
from app.inbound import actions
from jobs import forget_old_records
from models.base import db, locked, transaction
from models.inbound import IncomingMail
from models.patient import Patient
from tests import builders as b
from tests.messages.stories import NOW, tasks
from tests.postgres.test_outbox import PROCESSES, together

pytestmark = pytest.mark.postgres


def a_mail() -> int:
    with transaction():
        row = IncomingMail(mark="m", came_at=NOW, what="person", outcome="unmatched", sender="neighbour@post.example", text="Words")
        db.session.add(row)
        db.session.flush()
        return row.id


def test_of_several_desks_at_one_moment_one_gives_it(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    patient_id, mail_id, said = b.a_patient().id, a_mail(), list[str]()

    def give(_name: str) -> None:
        try:
            with transaction():
                row = locked(IncomingMail, mail_id)
                assert row is not None
                actions.give(row, db.session.get_one(Patient, patient_id), "", noon)
            said.append("given")
        except Refused as no:
            said.append(no.words)

    together(app, give)
    assert (len(said), said.count("given")) == (PROCESSES, 1)
    assert [task.kind for task in tasks()] == ["patient_wrote"]


def test_what_it_said_is_forgotten_once(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    mail_id, late = a_mail(), NOW + timedelta(days=181)
    with transaction():
        actions.set_aside(db.session.get_one(IncomingMail, mail_id), "An advertisement", noon)
    assert forget_old_records.run(late).startswith("1 rows")
    row = db.session.get_one(IncomingMail, mail_id)
    assert (row.text, row.sender, row.facts) == ("", "", {})
    assert forget_old_records.run(late).startswith("0 rows")
