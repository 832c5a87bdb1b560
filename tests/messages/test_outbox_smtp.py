"""The table of what a mail server may do, through the whole outbox and a real server: what each message must become."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.messages import channel, outbox, suppressions
from app.messages.transports import SmtpTransport, Timeouts, Transport
from app.messages.transports.smtp_greeting import MailServer as Account
from app.messages.transports.smtp_greeting import Security
from app.status.health import look
from models.appointment import Appointment
from models.base import db
from models.message import ChannelState
from tests import builders as b
from tests.mail_server import MailServer, accept_then, drop, garbage, hang, say
from tests.messages.conftest import GoingThrough
from tests.messages.stories import GRACE, NOW, book, claim, ist, rows, send, tasks

HASTY = Timeouts(connect=1, banner=0.4, command=0.4, data=0.4, body=0.4, dot=0.4, courtesy=0.4)
SENT, WAITS, DOUBT = ("sent", ""), ("waiting", "try_again"), ("waiting", "send_again")
REFUSED, NO_ADDRESS, STOPPED = ("failed", "refused"), ("failed", "address_refused"), ("waiting", "channel_stopped")

TABLE = {
    "a plain 250": ({}, SENT),
    "250 in several lines": ({"dot": say("250-2.0.0 Ok", "250 2.0.0 queued")}, SENT),
    "250 letter by letter": ({"dot": say("250 2.0.0 Ok", drip=0.01)}, SENT),
    "reset before QUIT": ({"dot": say("250 2.0.0 Ok").then_drop()}, SENT),
    "EHLO refused": ({"ehlo": say("502 5.5.1 What?")}, SENT),
    "reset on connect": ({"connect": drop()}, WAITS),
    "banner hangs": ({"banner": hang()}, WAITS),
    "banner 421": ({"banner": say("421 4.3.2 Busy")}, WAITS),
    "MAIL 451": ({"mail": say("451 4.3.0 Later")}, WAITS),
    "RCPT 450": ({"rcpt": say("450 4.2.0 Greylisted")}, WAITS),
    "RCPT 421": ({"rcpt": say("421 4.3.2 Closing")}, WAITS),
    "354 never comes": ({"data": hang()}, WAITS),
    "dot 451": ({"dot": say("451 4.3.0 Later")}, WAITS),
    "hang after the dot": ({"dot": accept_then(hang())}, DOUBT),
    "accepted, then dropped": ({"dot": accept_then(drop())}, DOUBT),
    "dropped before accepting": ({"dot": drop()}, DOUBT),
    "garbage after the dot": ({"dot": garbage()}, DOUBT),
    "no such mailbox": ({"rcpt": say("550 5.1.1 Nobody here")}, NO_ADDRESS),
    "dot 552": ({"dot": say("552 5.2.2 Full")}, REFUSED),
    "dot 554": ({"dot": say("554 5.6.0 No")}, REFUSED),
    "5.7.x at RCPT": ({"rcpt": say("550 5.7.1 Policy")}, REFUSED),
    "5.7.x at the dot": ({"dot": say("550 5.7.1 Policy")}, REFUSED),
    "banner 554": ({"banner": say("554 5.3.2 Go away")}, STOPPED),
    "MAIL 550": ({"mail": say("550 5.7.1 Not you")}, STOPPED),
    "SIZE 552 at MAIL": ({"mail": say("552 5.3.4 Too big for us")}, STOPPED),
}


BEFORE_MAIL = {
    "STARTTLS 454": ({"starttls": say("454 4.7.0 No TLS now")}, True, WAITS),
    "AUTH 454": ({"auth": say("454 4.7.0 Directory is down")}, True, WAITS),
    "AUTH 535": ({"auth": say("535 5.7.8 Wrong password")}, True, STOPPED),
    "STARTTLS garbage": ({"starttls": garbage()}, True, STOPPED),
    "bad certificate": ({}, False, STOPPED),
}


@pytest.fixture
def waiting(app: Flask, noon: datetime) -> Appointment:
    b.a_clinic()
    patient = b.a_patient(email_verified_at=b.EARLY)
    visit = b.a_visit(patient, ist(12, 17, 14).astimezone(UTC), kind="review")
    book(visit)
    return visit


def send_one(way: Transport, at: datetime = NOW + GRACE) -> None:
    outbox.deliver(claim(at), way, tell_time=lambda: at)


@pytest.mark.parametrize("what", TABLE)
def test_every_row_of_the_table(waiting: Appointment, going_through: GoingThrough, what: str) -> None:
    script, becomes = TABLE[what]
    _server, way = going_through(script, timeouts=HASTY)
    send_one(way)
    message = rows("booked")[0]
    assert (message.state, message.reason) == becomes
    assert (db.session.get(ChannelState, "mail") is not None and channel.is_still(NOW + GRACE + timedelta(hours=1))) is (becomes == STOPPED)
    assert bool(tasks()) is (becomes in (REFUSED, NO_ADDRESS))
    assert len(message.attempts) == 1


@pytest.mark.parametrize("what", BEFORE_MAIL)
def test_every_row_before_the_mail_itself(waiting: Appointment, tmp_path: Path, certificate: Path, what: str) -> None:
    """Never the address's fault: it waits, or the channel stops and every page says so; one that is well again gets it."""
    script, known, becomes = BEFORE_MAIL[what]
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate)
    with MailServer(tmp_path, {phase: [step] for phase, step in script.items()}, offers=("STARTTLS", "AUTH PLAIN"), tls=ours) as server:
        account = Account("127.0.0.1", server.port, Security.STARTTLS, "desk", "secret")
        trust = {one: ssl.create_default_context(cafile=certificate if one else None) for one in (True, False)}
        way = SmtpTransport(account, timeouts=HASTY, tls=trust[known])
        send_one(way)
        message = rows("booked")[0]
        assert (message.state, message.reason, len(message.attempts)) == (*becomes, 1)
        assert (tasks(), suppressions.is_suppressed(message.address), server.accepted()) == ([], False, [])
        assert look().mail_well is (becomes != STOPPED)
        later = max(message.try_at, NOW + GRACE + timedelta(minutes=11))
        well = SmtpTransport(account, timeouts=HASTY, tls=trust[True])
        assert channel.may_send(well, later)
        send_one(well, later)
    assert (rows("booked")[0].state, len(server.accepted()), look().mail_well) == ("sent", 1, True)


def test_an_address_that_no_server_carries_fails_with_a_reason_and_a_task(app: Flask, noon: datetime, going_through: GoingThrough) -> None:
    b.a_clinic()
    book(b.a_visit(b.a_patient(email="ayşe@post.example", email_verified_at=b.EARLY), ist(12, 17, 14).astimezone(UTC), kind="review"))
    server, way = going_through()
    app.extensions["transport"] = way
    send(NOW + GRACE, way)
    assert [(m.state, m.reason) for m in rows("booked")] == [("failed", "address_unusable")]
    assert [task.kind for task in tasks()] == ["address_bounced"]
    assert server.accepted() == []


@pytest.mark.parametrize("what", [name for name, (_script, becomes) in TABLE.items() if becomes in (WAITS, DOUBT)])
def test_what_waits_is_delivered_when_the_server_is_well_again(waiting: Appointment, going_through: GoingThrough, what: str) -> None:
    script, _becomes = TABLE[what]
    server, way = going_through({phase: [step] for phase, step in script.items()}, timeouts=HASTY)
    send_one(way)
    send_one(way, rows("booked")[0].try_at)
    assert rows("booked")[0].state == "sent"
    assert 1 <= len(server.accepted()) <= 2  # twice only where the first answer to the dot was lost
    assert len({line for one in server.accepted() for line in one.data.splitlines() if line.startswith(b"Message-ID:")}) == 1


def test_a_stopped_channel_opens_by_itself_when_the_server_works_again(waiting: Appointment, going_through: GoingThrough) -> None:
    _server, way = going_through({"banner": [say("554 5.3.2 Go away")]}, timeouts=HASTY)
    send_one(way)
    assert not channel.may_send(way, NOW + GRACE + timedelta(minutes=1))
    assert channel.may_send(way, NOW + GRACE + timedelta(minutes=11))
    assert not channel.is_still(NOW + GRACE + timedelta(minutes=11))


def test_a_stopped_channel_stays_shut_while_the_server_refuses(waiting: Appointment, going_through: GoingThrough) -> None:
    _server, way = going_through({"banner": say("554 5.3.2 Go away")}, timeouts=HASTY)
    send_one(way)
    assert not channel.may_send(way, NOW + GRACE + timedelta(minutes=11))
    assert not channel.may_send(way, NOW + GRACE + timedelta(minutes=12))
