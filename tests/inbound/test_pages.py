"""What staff see of it: the list, one mail, the call list, the banner; the text only for those who may read mails."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.commands import doctor_checks
from app.inbound.mailboxes import MaildirMailbox
from app.messages.transports import MemoryTransport
from config import ConfigError, from_environment
from jobs import read_mailbox
from models.base import db, transaction
from models.heartbeat import Heartbeat
from models.inbound import IncomingMail
from models.message import Message
from tests.builders import a_manager, a_nurse, a_receptionist, sign_in
from tests.inbound.conftest import ComesBack
from tests.messages.stories import NOW, tasks

TEXT = "biraz geç kalabilirim"


def the_mail() -> IncomingMail:
    return db.session.query(IncomingMail).one()


def test_a_practitioner_reads_what_a_patient_wrote_and_it_is_seen_to(client: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back("a_reply", mailed)
    sign_in(client, a_nurse())
    worklist = client.get("/work?list=calls").text
    path = f"/messages/came-in/{the_mail().id}"
    assert f'href="{path}"' in worklist
    assert TEXT in client.get(path).text
    assert client.post(path).status_code == 303
    assert "Seen to" in client.get(path).text
    assert tasks() == []


def test_reception_sees_that_the_patient_wrote_and_not_what(client: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back("a_reply", mailed)
    sign_in(client, a_receptionist())
    assert "The patient wrote to us" in client.get("/work?list=calls").text
    page = client.get(f"/messages/came-in/{the_mail().id}").text
    assert TEXT not in page
    assert "A physician or a practitioner can read" in page
    assert TEXT not in client.get("/messages/came-in").text


def test_a_text_with_marks_is_shown_as_text(client: FlaskClient, mailed: Message, comes_back: ComesBack) -> None:
    comes_back(b"From: ayse.yilmaz@post.example\nSubject: <b>x\n\n<script>alert(1)</script>\n")
    sign_in(client, a_nurse())
    page = client.get(f"/messages/came-in/{the_mail().id}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_what_belongs_to_nobody_stands_on_its_own_page_until_somebody_has_looked(
    client: FlaskClient, mailed: Message, comes_back: ComesBack
) -> None:
    comes_back("postfix_no_such_user")
    sign_in(client, a_receptionist())
    assert "Mails came in that belong to no patient" in client.get("/work?list=other").text
    assert "A mail server reports" in client.get("/messages/came-in?tab=unmatched").text
    assert "Say whose this mail is" in client.post(f"/messages/came-in/{the_mail().id}", follow_redirects=True).text
    client.post(f"/messages/came-in/{the_mail().id}/nothing", data={"why": "Not one of our mails"})
    assert "Nothing here." in client.get("/messages/came-in?tab=unmatched").text
    assert tasks("mail_unmatched") == []


def test_the_bounced_mail_says_what_the_server_said_and_can_be_sent_again(
    client: FlaskClient, mailed: Message, comes_back: ComesBack
) -> None:
    comes_back("postfix_no_such_user", mailed)
    sign_in(client, a_receptionist())
    page = client.get(f"/messages/{mailed.id}").text
    assert "User unknown in virtual mailbox table" in page
    assert "Send again" in page


def test_a_mailbox_that_cannot_be_read_is_told_after_an_hour(app: Flask, client: FlaskClient, mailed: Message, tmp_path: Path) -> None:
    app.extensions["mailbox"], app.extensions["transport"] = MaildirMailbox(tmp_path / "none", 1_000), MemoryTransport()
    with transaction():
        db.session.add(Heartbeat(job="send", started_at=NOW))
    sign_in(client, a_manager())
    read_mailbox.run(NOW)
    assert "the mailbox cannot be opened" not in client.get("/settings").text
    app.extensions["mailbox"] = MaildirMailbox(tmp_path / "other", 1_000)
    read_mailbox.run(NOW - timedelta(hours=2))
    assert "the mailbox cannot be opened" in client.get("/settings").text
    found = list(doctor_checks.the_mailbox(app.extensions["seans"], NOW))
    assert [(one.fine, "No such file" in one.words) for one in found] == [(False, True)]


def test_the_doctor_says_that_a_mailbox_is_read(app: Flask, mailed: Message, maildir: Path) -> None:
    assert [one.fine for one in doctor_checks.the_mailbox(app.extensions["seans"], NOW)] == [False]
    read_mailbox.run(NOW)
    assert [one.fine for one in doctor_checks.the_mailbox(app.extensions["seans"], NOW)] == [True]


@pytest.mark.parametrize(
    "text", ["bounces@ege.example", "b*c*@ege.example", "*", "bounces+*@", f"{'b' * 41}*@ege.example", "b *@ege.example"]
)
def test_a_return_path_without_one_star_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="RETURN_PATH"):
        from_environment({"RETURN_PATH": text})
