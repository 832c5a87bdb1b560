"""Very many mails at one moment, a relay that takes its time, and a disk that is full at the worst moment.

`make many N=10000` is the long form of the first.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.messages import actions, channel, outbox, planner
from app.messages.transports import Transport
from jobs import send_due_messages
from models import clock
from models.base import db, transaction
from models.message import Message, MessageState
from tests import builders as b
from tests.mail_server import MailServer, say
from tests.messages.conftest import GoingThrough
from tests.messages.stories import NOW, standing_at

N = int(os.environ.get("MANY", "230"))
A_BATCH = 10
SHORT_LETTER: dict[str, Any] = {"letter": "no_show", "language": "en", "words": {}, "full": False}


@pytest.fixture(autouse=True)
def _clinic(app: Flask, noon: datetime) -> None:
    b.a_clinic()


def to_send(n: int) -> None:
    """So many short letters to one colleague, all due now."""
    colleague = b.a_nurse()
    with transaction():
        for k in range(n):
            planner.try_words(**SHORT_LETTER, staff_id=colleague.id, now=NOW + timedelta(microseconds=k))


def in_use(app: Flask, going: tuple[MailServer, Transport]) -> MailServer:
    server, way = going
    app.extensions["transport"] = way
    return server


def states() -> Counter[str]:
    db.session.expire_all()
    return Counter(str(state) for state in db.session.scalars(db.select(Message.state)))


def run(minute: int) -> str:
    now = NOW + timedelta(minutes=minute)
    with clock.set_to(now):
        return send_due_messages.run(now)


def identities(server: MailServer) -> list[str]:
    return [str(message_from_bytes(letter.data)["Message-ID"]) for letter in server.accepted()]


def test_many_at_once_wait_for_a_person_to_look_and_then_go_once_each(app: Flask, going_through: GoingThrough) -> None:
    server, looked = in_use(app, going_through(offers=("8BITMIME", "PIPELINING"))), 0
    to_send(N)
    for minute in range(1, 2 + 2 * N // channel.FLOOR + N // 500):
        run(minute)
        with transaction():
            if channel.state().why == channel.VOLUME:
                looked += 1
                actions.go_on(NOW + timedelta(minutes=minute, seconds=1))
    assert states() == {"sent": N}
    assert len(set(identities(server))) == len(identities(server)) == N
    assert looked >= 1
    assert server.connections == 1


def test_a_slow_relay_is_served_for_a_bounded_time_and_the_rest_goes_next_time(
    app: Flask, going_through: GoingThrough, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = in_use(app, going_through({"dot": say("250 2.0.0 Queued", pause=0.02)}))
    monkeypatch.setattr(send_due_messages, "RUN_FOR", 0.1)
    to_send(25)
    sent = []
    for minute in range(1, 4):
        run(minute)
        sent.append(len(server.accepted()))
    assert sent == [A_BATCH, 2 * A_BATCH, 25]
    assert states() == {"sent": 25}


def test_a_relay_that_takes_one_message_at_a_time_and_then_says_later_gets_all_of_them(app: Flask, going_through: GoingThrough) -> None:
    later = [step for _n in range(4) for step in (say("250 2.1.0 Ok"), say("451 4.7.1 One message a second"))]
    server = in_use(app, going_through({"mail": later}))
    to_send(6)
    for minute in range(1, 200, 7):
        run(minute)
    assert states() == {"sent": 6}
    assert len(set(identities(server))) == len(identities(server)) == 6


def test_a_full_disk_at_the_fence_sends_nothing_and_loses_nothing(app: Flask, going_through: GoingThrough) -> None:
    server, way = going_through()
    to_send(1)

    def full(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "fenced_at" in statement and statement.startswith("UPDATE"):
            raise sqlite3.OperationalError("database or disk is full")

    (claimed,) = outbox.claim(NOW + timedelta(seconds=1), "tester")
    event.listen(db.engine, "before_cursor_execute", full)
    try:
        with pytest.raises((OperationalError, sqlite3.OperationalError), match="full"):
            outbox.deliver(claimed, way, tell_time=standing_at(NOW + timedelta(seconds=1)))
    finally:
        event.remove(db.engine, "before_cursor_execute", full)
    db.session.rollback()
    assert (server.accepted(), states()) == ([], {"claimed": 1})
    later = NOW + outbox.LEASE + timedelta(minutes=1)
    assert outbox.recover(later) == 1
    (again,) = outbox.claim(later, "tester")
    outbox.deliver(again, way, tell_time=standing_at(later))
    assert (len(server.accepted()), states()) == (1, {str(MessageState.SENT): 1})
