"""Another way to reach people is one class: text messages through a gateway, with the same states of the outbox as mail."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode
from urllib.request import urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.messages import channel, links
from app.messages.carriers import CARRIERS
from app.messages.compose import Mail
from app.messages.transports import Envelope, Fence, MemoryTransport, Outcome, OutcomeKind, Phase, Trouble
from app.patients.reach import Reach, reach_at
from jobs import send_due_messages
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.message import MailLink, Message
from models.patient import Channel, Patient
from tests import builders as b
from tests.mails.stories import with_public_url
from tests.messages.stories import GRACE, NOW, book, ist, rows, tasks

NUMBER = "+905321112233"


class Gateway(HTTPServer):
    """Takes text messages by POST, and gives the answers it was told to give."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.taken: list[dict[str, str]] = []
        self.answers: list[int] = []


class _Answers(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        code = self.server.answers.pop(0) if self.server.answers else 202
        if code == 202:
            self.server.taken.append({name: value[0] for name, value in parse_qs(sent).items()})
        self.send_response(code)
        self.end_headers()

    def log_message(self, *_anything: Any) -> None:
        """Say nothing on the test's screen."""


class TextTransport:
    """Hands text messages to a gateway."""

    name, keeps_mail_here = "gateway", False

    def __init__(self, url: str) -> None:
        self.url = url

    def deliver(self, envelope: Envelope, fence: Fence) -> Outcome:
        told = {"to": envelope.recipient, "id": envelope.message_id, "text": envelope.data.decode()}
        if not fence():
            return Outcome(OutcomeKind.FENCED_OFF, Phase.DATA, Trouble.NOT_OURS)
        try:
            with urlopen(self.url, urlencode(told).encode(), timeout=5) as answer:
                return Outcome(OutcomeKind.ACCEPTED, Phase.DOT, "taken", answer.status)
        except HTTPError as refused:
            kinds = {404: OutcomeKind.REFUSED_ADDRESS, 401: OutcomeKind.MISCONFIGURED, 503: OutcomeKind.RETRY}
            return Outcome(kinds[refused.code], Phase.DATA, "refused", refused.code)
        except OSError:
            return Outcome(OutcomeKind.AMBIGUOUS, Phase.DOT, Trouble.LINE_BROKE)

    def check(self) -> Outcome | None:
        return None

    def close(self) -> None:
        """Nothing stays open."""


class ByText:
    """The one class: whose number, in which form, which way out."""

    name = "text"

    def __init__(self, way: TextTransport) -> None:
        self._way = way

    def address_of(self, patient: Patient, reach: Reach) -> str:
        return (reach.contact or patient).phone

    def pack(self, words: Mail, message: Message, address: str, _now: datetime) -> Envelope:
        return Envelope("Ege", address, message.message_id, words.text.encode())

    def way(self) -> TextTransport:
        return self._way


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    server = Gateway()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setitem(CARRIERS, Channel.PHONE, ByText(TextTransport(f"http://127.0.0.1:{server.server_port}")))
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def mail(app: Flask) -> MemoryTransport:
    way = MemoryTransport()
    app.extensions["transport"] = way
    return way


@pytest.fixture
def visit(app: Flask, noon: datetime) -> Appointment:
    b.a_clinic()
    patient = b.a_patient(channel=Channel.PHONE, email="", phone=NUMBER)
    visit = b.a_visit(patient, ist(12, 17, 14).astimezone(UTC), kind="review")
    book(visit)
    return visit


def state() -> tuple[str, str]:
    message = rows("booked")[0]
    return message.state, message.reason


def test_a_text_message_carries_the_text_and_is_sent_like_a_mail(gateway: Gateway, mail: MemoryTransport, visit: Appointment) -> None:
    assert send_due_messages.run(NOW + GRACE) == "1 accepted"
    (told,) = gateway.taken
    assert told["to"] == NUMBER
    assert told["id"] == rows("booked")[0].message_id
    assert "Geliş saati: 14:00" in told["text"]
    assert "<" not in told["text"].replace(told["id"], "")
    assert state() == ("sent", "")
    assert rows("booked")[0].address == NUMBER
    assert mail.taken == []
    assert tasks() == []


def test_a_number_that_does_not_exist_is_not_written_to_again_and_somebody_looks(
    gateway: Gateway, mail: MemoryTransport, visit: Appointment
) -> None:
    gateway.answers = [404]
    send_due_messages.run(NOW + GRACE)
    assert state() == ("failed", "address_refused")
    assert [task.kind for task in tasks()] == ["address_bounced"]


def test_a_gateway_that_does_not_know_us_stops_text_messages_and_no_mail(
    gateway: Gateway, mail: MemoryTransport, visit: Appointment
) -> None:
    gateway.answers = [401]
    send_due_messages.run(NOW + GRACE)
    assert state() == ("waiting", "channel_stopped")
    assert channel.is_still(NOW + GRACE, "text")
    assert not channel.is_still(NOW + GRACE)
    other = b.a_visit(b.a_patient("Can", "Er", email_verified_at=b.EARLY), ist(12, 17, 16).astimezone(UTC), kind="review")
    book(other)
    send_due_messages.run(NOW + GRACE + timedelta(minutes=2))
    assert [envelope.recipient for envelope in mail.taken] == [other.patient.email]
    assert gateway.taken == []
    send_due_messages.run(NOW + GRACE + timedelta(minutes=11))  # looked at again: it works
    assert [told["to"] for told in gateway.taken] == [NUMBER]
    assert state() == ("sent", "")


def test_what_a_busy_gateway_did_not_take_is_tried_again(gateway: Gateway, mail: MemoryTransport, visit: Appointment) -> None:
    gateway.answers = [503]
    send_due_messages.run(NOW + GRACE)
    assert state() == ("waiting", "try_again")
    send_due_messages.run(rows("booked")[0].try_at)
    assert state() == ("sent", "")


def test_a_gateway_that_was_gone_at_the_dot_may_have_it(gateway: Gateway, mail: MemoryTransport, visit: Appointment) -> None:
    gateway.server_close()
    send_due_messages.run(NOW + GRACE)
    assert state() == ("waiting", "send_again")


def test_without_the_class_a_person_calls(mail: MemoryTransport, visit: Appointment) -> None:
    send_due_messages.run(NOW + GRACE)
    assert state() == ("withdrawn", "by_phone")
    assert [task.kind for task in tasks()] == ["call_line"]


@pytest.fixture
def cancel(app: Flask, gateway: Gateway, mail: MemoryTransport, visit: Appointment) -> str:
    """The path of the link to cancel, as it stands in a text message about the visit."""
    with_public_url()
    send_due_messages.run(NOW + GRACE)
    found = re.search(r"Randevumu iptal et: (\S+)", gateway.taken[0]["text"])
    assert found
    return found.group(1).removeprefix(links.public_url())


def _is_cancelled(visit: Appointment) -> bool:
    db.session.expire_all()
    return db.session.get_one(Appointment, visit.id).state is VisitState.CANCELLED


def test_a_link_in_a_text_message_opens_for_the_number_it_went_to(client: FlaskClient, cancel: str, visit: Appointment) -> None:
    assert {link.address for link in db.session.query(MailLink)} == {NUMBER}
    assert client.get(cancel).status_code == 200
    client.post(cancel, data={"do": "cancel"})
    assert _is_cancelled(visit)


def test_it_ends_when_the_number_is_no_longer_theirs(client: FlaskClient, cancel: str, visit: Appointment) -> None:
    with transaction():
        db.session.get_one(Patient, visit.patient_id).phone = "+905329998877"
    assert client.get(cancel).status_code == 410
    client.post(cancel, data={"do": "cancel"})
    assert not _is_cancelled(visit)


def test_a_number_proves_nothing_of_an_address(app: Flask, visit: Appointment) -> None:
    with transaction():
        patient = db.session.get_one(Patient, visit.patient_id)
        patient.email, patient.email_verified_at = "ayse@post.example", NOW
    reader = reach_at(patient, NUMBER, NOW.date())
    assert reader is not None
    assert (reader.verified, reach_at(patient, "", NOW.date())) == (False, None)
