"""Several processes at one outbox: every message is claimed by exactly one, and planning at one moment adds nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from flask import Flask

from app.messages import outbox, planner
from models.base import db, transaction
from models.message import Message, MessageClass, MessageState, Urgency
from tests import builders as b
from tests.messages.stories import NOW, book, ist, rows, send, states

pytestmark = pytest.mark.postgres
PROCESSES = 5


def together(app: Flask, work: Callable[[str], None]) -> None:
    """The same work in several threads, each with a connection of its own."""

    def one(name: str) -> None:
        with app.app_context():
            work(name)
            db.session.remove()

    threads = [Thread(target=one, args=(f"process-{n}",)) for n in range(PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()  # what this one read before is over


def test_every_message_is_claimed_by_exactly_one_process(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    with transaction():
        for n in range(60):
            db.session.add(
                Message(kind="staff_invite", subject_type="staff_member", subject_id=n, urgency=Urgency.AT_ONCE, due_at=NOW, try_at=NOW,
                        message_class=MessageClass.INTERNAL, planned_at=NOW, message_id=f"<{n}@x>")
            )  # fmt: skip
    claimed: list[int] = []

    def claim_all(name: str) -> None:
        found = [0]
        while found:
            with transaction():
                found = [message.id for message in outbox._claim(NOW, name, 3)]
            claimed.extend(found)

    together(app, claim_all)
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 60
    assert {m.state for m in rows()} == {MessageState.CLAIMED}


def test_planning_at_one_moment_adds_nothing_twice(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    patient = b.a_patient(email_verified_at=b.EARLY)
    b.a_visit(patient, ist(12, 17, 14).astimezone(UTC), kind="review")
    patient_id = patient.id

    def plan_it(_name: str) -> None:
        with transaction():
            planner.plan_for(patient_id, NOW)

    together(app, plan_it)
    assert sorted(m.kind for m in rows()) == ["reminder_1", "reminder_2"]


def test_a_booking_is_told_once_and_its_move_after_it(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    visit = b.a_visit(b.a_patient(email_verified_at=b.EARLY), ist(12, 17, 14).astimezone(UTC), kind="review")
    book(visit)
    assert len(send(NOW + timedelta(minutes=3)).taken) == 1
    assert not planner.missing(visit.patient_id, NOW + timedelta(minutes=3))
    assert states("booked") == [("booked", "sent", "")]
