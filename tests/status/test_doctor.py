"""`flask doctor` says in words what keeps patients from getting mail and links from opening."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from sqlalchemy import text

from app.commands import doctor_checks
from app.commands.doctor_checks import Finding
from app.messages.setting import sender_address
from app.messages.transports import MemoryTransport
from config import Dkim
from models.base import db, transaction
from models.clinic import Clinic, OpeningHours
from models.guards import overlap_name
from models.heartbeat import Heartbeat
from models.message import ChannelState, Message, MessageClass, MessageState, Urgency
from tests.builders import a_clinic, a_manager, a_physician, a_protocol


class Answering(BaseHTTPRequestHandler):
    """A machine at PUBLIC_URL."""

    body: bytes = b'{"database": "ok"}'
    code = 200

    def do_GET(self) -> None:
        self.send_response(self.code)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_anything: Any) -> None:
        """Say nothing on the test's screen."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), type("Here", (Answering,), {}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def well(app: Flask, noon: datetime) -> Flask:
    """A clinic that lacks nothing."""
    a_clinic()
    a_physician()
    a_manager()
    a_protocol()
    with transaction():
        db.session.add(Heartbeat(job="send", started_at=noon))
    app.extensions["transport"] = MemoryTransport()
    return app


def wrong(findings: Iterator[Finding]) -> list[str]:
    return [finding.words for finding in findings if not finding.fine]


def look(app: Flask, one: Any, now: datetime, **settings: Any) -> list[str]:
    return wrong(one(replace(app.extensions["seans"], **settings), now))


def test_a_clinic_that_lacks_nothing_is_well(well: Flask, noon: datetime) -> None:
    for one in (doctor_checks.the_disk, doctor_checks.the_jobs, doctor_checks.the_mail, doctor_checks.the_clinic):
        assert look(well, one, noon) == []


def test_the_command_says_what_is_wrong_what_to_do_and_ends_with_one(well: Flask) -> None:
    with transaction():
        db.session.execute(text("DELETE FROM alembic_version"))
    result = well.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    assert "✗ Its tables are not those of this version." in result.output
    assert "→ Start Seans once" in result.output
    assert result.output.rstrip().endswith("1 thing needs you.")


def test_guards_that_are_missing_are_named(well: Flask, noon: datetime) -> None:
    with transaction():
        db.session.execute(text(f"DROP TRIGGER {overlap_name('room')}_insert"))
    assert any("no_room_twice_insert" in words for words in look(well, doctor_checks.the_database, noon))


def test_jobs_that_are_silent_or_fail_are_told(well: Flask, noon: datetime) -> None:
    with transaction():
        row = db.session.get_one(Heartbeat, "send")
        row.failed_at, row.said = noon, "failed: OSError"
    assert look(well, doctor_checks.the_jobs, noon) == ["The job send failed when it last ran (failed: OSError)."]
    assert look(well, doctor_checks.the_jobs, noon + timedelta(hours=1))[0].startswith("The jobs do not run, since")


def test_mail_that_stays_here_is_wrong_but_for_a_demo(well: Flask, noon: datetime) -> None:
    well.extensions["transport"] = MemoryTransport(keeps_mail_here=True)
    assert look(well, doctor_checks.the_mail, noon)[0].startswith("Mails do not leave this machine")
    with transaction():
        db.session.get_one(Clinic, 1).demo = True
    assert look(well, doctor_checks.the_mail, noon) == []


def test_a_sender_that_cannot_send_is_told(well: Flask, noon: datetime) -> None:
    with transaction():
        db.session.get_one(Clinic, 1).reply_address = ""
    assert "MAIL_FROM is not an address that can send." in look(well, doctor_checks.the_mail, noon)


@pytest.fixture
def dkim(tmp_path: Path) -> Dkim:
    key = rsa.generate_private_key(65537, 2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "key.pem").write_bytes(key.private_bytes(*form))
    return Dkim(sender_address(db.session.get(Clinic, 1)).rpartition("@")[2], "seans", tmp_path / "key.pem")


def test_who_signs_reads_the_record_that_the_dns_needs(well: Flask, noon: datetime, dkim: Dkim) -> None:
    assert look(well, doctor_checks.the_mail, noon, dkim=dkim) == []
    said = [one.words for one in doctor_checks.the_mail(replace(well.extensions["seans"], dkim=dkim), noon)]
    assert any(f'seans._domainkey.{dkim.domain} "v=DKIM1; k=rsa; p=MII' in words for words in said)


def test_a_key_that_cannot_be_used_is_told(well: Flask, noon: datetime, dkim: Dkim) -> None:
    dkim.key_file.unlink()
    assert "Mails cannot be signed: No such file or directory. They wait." in look(well, doctor_checks.the_mail, noon, dkim=dkim)


def test_a_signature_for_another_domain_than_the_sender_is_told(well: Flask, noon: datetime, dkim: Dkim) -> None:
    found = look(well, doctor_checks.the_mail, noon, dkim=replace(dkim, domain="elsewhere.test"))
    assert [words for words in found if "signed for elsewhere.test" in words]


def test_a_stopped_channel_and_mails_that_wait_are_told(well: Flask, noon: datetime) -> None:
    with transaction():
        db.session.add(ChannelState(name="mail", stopped_at=noon, why="auth: 535", refused_in_a_row=[]))
        for state in (MessageState.WAITING, MessageState.FAILED):
            db.session.add(
                Message(kind="reminder", subject_type="appointment", subject_id=1, cycle=state, urgency=Urgency.ROUTINE, state=state,
                        message_class=MessageClass.SERVICE, due_at=noon, try_at=noon - timedelta(hours=1), message_id=state,
                        planned_at=noon)
            )  # fmt: skip
    found = look(well, doctor_checks.the_mail, noon)
    assert found == ["Mail was stopped: auth: 535.", "Mails that should have gone more than 15 minutes ago: 1.",
                     "Mails that could not be sent: 1."]  # fmt: skip


@pytest.mark.parametrize("code", [200, 503])
def test_an_address_that_reaches_us_is_fine_well_or_not(well: Flask, noon: datetime, address: str, code: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(Answering, "code", code)
    assert look(well, doctor_checks.the_addresses, noon, public_url=address) == ["PUBLIC_URL is not https."]


@pytest.mark.parametrize("body", [b"<h1>Welcome</h1>", json.dumps(["no"]).encode(), json.dumps({"hello": 1}).encode()])
def test_somebody_else_at_the_address_is_told(well: Flask, noon: datetime, address: str, body: bytes, monkeypatch: Any) -> None:
    monkeypatch.setattr(Answering, "body", body)
    assert len(look(well, doctor_checks.the_addresses, noon, public_url=address)) == 2


def test_an_address_nobody_answers_at_is_told(well: Flask, noon: datetime) -> None:
    found = look(well, doctor_checks.the_addresses, noon, public_url="http://127.0.0.1:9")
    assert found[1].startswith("http://127.0.0.1:9 cannot be opened")


def test_no_public_address_is_told(well: Flask, noon: datetime) -> None:
    assert look(well, doctor_checks.the_addresses, noon) == ["PUBLIC_URL is not set: links in mails open only on this machine."]


def test_a_clinic_is_told_what_it_lacks(app: Flask, noon: datetime) -> None:
    a_clinic()
    with transaction():
        db.session.query(OpeningHours).delete()
    assert look(app, doctor_checks.the_clinic, noon) == [
        "The clinic has no opening hours.", "The clinic has no manager.", "The clinic has no physician.",
        "The clinic has nobody who treats and has working hours.", "The clinic has no approved protocol.",
    ]  # fmt: skip


def test_an_empty_house_is_sent_to_its_first_page(app: Flask, noon: datetime) -> None:
    assert look(app, doctor_checks.the_clinic, noon) == ["The clinic is not set up."]
