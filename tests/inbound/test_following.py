"""What follows from what comes back: bounces mark the mail and the address, calendars confirm, people are read by people."""

from __future__ import annotations

import sqlite3
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from app.inbound.mailboxes import ImapMailbox, MaildirMailbox
from app.inbound.mailboxes.imap import Account
from app.messages import actions, calendar_file, mime, suppressions
from jobs import forget_old_records, read_mailbox
from jobs.by_hand import rehearse
from jobs.timetable import job_named
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.clinic import Clinic
from models.contact import Contact, ContactRole
from models.inbound import IS_TO_LOOK_AT, IncomingMail, MailboxState
from models.message import Message, MessageState
from models.patient import Patient
from models.task import StaffTask
from models.treatment import Course
from tests import builders as b
from tests.certificates import a_certificate
from tests.imap_server import ImapServer
from tests.inbound.conftest import ComesBack
from tests.messages.stories import GRACE, NOW, book, ist, move, rows, send, tasks

LATER = NOW + timedelta(hours=1)
EVENT = "0b6c3d5e-aaaa-5bbb-8ccc-1234567890ab"


def came_in() -> list[IncomingMail]:
    return db.session.query(IncomingMail).order_by(IncomingMail.id).all()


def kinds() -> list[str]:
    return sorted(task.kind for task in tasks())


def event_of(visit: Appointment) -> dict[str, str]:
    """The calendar answers of the cases, made to be about this visit as it is now."""
    return {EVENT: visit.uid, "SEQUENCE:2": f"SEQUENCE:{visit.revision}"}


NOBODY_THERE = ["postfix_no_such_user", "qmail", "exim", "gmail", "outlook_office365", "old_exchange", "mailbox_disabled"]


@pytest.mark.parametrize("case", NOBODY_THERE)
def test_a_mailbox_that_does_not_exist_stops_the_address_and_somebody_asks_for_another(
    mailed: Message, comes_back: ComesBack, case: str
) -> None:
    assert comes_back(case, mailed) == "1 bounced"
    assert (mailed.state, mailed.reason) == ("bounced", "address_refused")
    assert suppressions.is_suppressed("ayse.yilmaz@post.example")
    assert kinds() == ["address_bounced", "call_line"]
    assert mailed.attempts[-1].outcome == "bounced"


def test_after_that_nothing_is_mailed_there_until_staff_act(mailed: Message, visit: Appointment, comes_back: ComesBack) -> None:
    comes_back("gmail", mailed)
    move(visit, ist(12, 18, 14), LATER)
    assert send(LATER + GRACE).taken == []
    assert [(one.state, one.reason) for one in rows("moved")] == [("withdrawn", "by_phone")]
    with transaction():
        actions.resend(db.session.get_one(Message, mailed.id), LATER)
    assert not suppressions.is_suppressed("ayse.yilmaz@post.example")
    assert "address_bounced" not in kinds()


@pytest.mark.parametrize("case", ["refused_by_rule", "refused_for_our_own_address", "generic_status_telling_enhanced", "html_only"])
def test_a_refusal_by_a_rule_blames_no_address(mailed: Message, comes_back: ComesBack, case: str) -> None:
    comes_back(case, mailed)
    assert (mailed.state, mailed.reason) == ("bounced", "refused")
    assert not suppressions.is_suppressed(mailed.address)
    assert kinds() == ["call_line", "mail_failed"]


def test_a_delay_is_counted_and_nothing_else(mailed: Message, comes_back: ComesBack) -> None:
    assert comes_back("postfix_delayed", mailed) == "1 delayed"
    assert comes_back("exim_warning", mailed) == "1 delayed"
    assert (mailed.state, kinds()) == ("sent", [])
    assert [attempt.outcome for attempt in mailed.attempts[-2:]] == ["delayed", "delayed"]


def test_a_full_mailbox_is_told_by_telephone_and_after_three_mails_another_address_is_asked_for(
    mailed: Message, visit: Appointment, comes_back: ComesBack
) -> None:
    comes_back("mailbox_full", mailed)
    assert (mailed.state, mailed.reason, kinds()) == ("bounced", "not_delivered", ["call_line"])
    for n, day in enumerate((18, 19)):
        at = LATER + n * timedelta(hours=1)
        move(visit, ist(12, day, 14), at)
        send(at + GRACE)
        comes_back("mailbox_full", rows("moved")[-1], at + GRACE)
    assert "address_bounced" in kinds()
    assert not suppressions.is_suppressed(mailed.address)


def test_a_bounce_of_a_mail_that_helps_no_more_asks_for_no_call(mailed: Message, visit: Appointment, comes_back: ComesBack) -> None:
    comes_back("mailbox_full", mailed, visit.starts_at + timedelta(days=1))
    assert (mailed.state, kinds()) == ("bounced", [])


def test_a_mail_of_unknown_fate_that_bounces_is_unknown_no_more(mailed: Message, comes_back: ComesBack) -> None:
    with transaction():
        db.session.get_one(Message, mailed.id).state = MessageState.UNKNOWN
        db.session.add(StaffTask(kind="delivery_unknown", subject_type="message", subject_id=mailed.id, for_role="reception",
                                 due_on=b.TODAY, made_at=NOW, facts={}))  # fmt: skip
    comes_back("gmail", mailed)
    assert mailed.state == "bounced"
    assert kinds() == ["address_bounced", "call_line"]


def test_two_reports_about_one_mail_are_one_bounce(mailed: Message, comes_back: ComesBack) -> None:
    comes_back("gmail", mailed)
    assert comes_back("postfix_no_such_user", mailed) == "1 noted"
    assert kinds() == ["address_bounced", "call_line"]


def test_a_late_report_about_the_old_address_does_not_blame_the_new_one(
    mailed: Message, course: Course, comes_back: ComesBack
) -> None:
    comes_back("gmail", mailed)
    with transaction():
        db.session.get_one(Patient, course.plan.patient_id).email = "new@post.example"
        actions.resend(db.session.get_one(Message, mailed.id), LATER)
    send(LATER)
    assert (mailed.state, mailed.address) == ("sent", "new@post.example")
    comes_back("postfix_no_such_user", mailed, LATER)
    assert mailed.state == "sent"
    assert not suppressions.is_suppressed("new@post.example")


def test_who_had_the_first_copy_cannot_stop_the_address_it_was_sent_to_since(mailed: Message, comes_back: ComesBack) -> None:
    """The number of a mail is known to whoever got it by mistake; a report that names no address is one for a person."""
    comes_back("gmail", mailed)
    with transaction():
        db.session.get_one(Patient, mailed.patient_id).email = "her.own@post.example"
        actions.resend(db.session.get_one(Message, mailed.id), LATER)
    send(LATER)
    forged = f"From: mailer-daemon@evil.example\nSubject: failure notice\nReferences: {mailed.message_id}\n\n550 5.1.1 no such user\n"
    assert comes_back(forged.encode(), None, LATER) == "1 asked"
    db.session.refresh(mailed)
    assert (mailed.state, mailed.address) == ("sent", "her.own@post.example")
    assert "mail_failed" in kinds()
    assert not suppressions.is_suppressed("her.own@post.example")


def test_a_bounce_is_known_by_its_own_return_path(app: Flask, visit: Appointment, comes_back: ComesBack) -> None:
    app.extensions["seans"] = replace(app.extensions["seans"], return_path="bounces+*@ege.example")
    book(visit)
    way = send(NOW + GRACE)
    message, sender = rows("booked")[0], way.taken[0].sender
    assert sender == f"bounces+{message.id}-{message.message_id[1:11]}@ege.example"
    assert b"From: Ege Klinik <info@ege.example>" in way.taken[0].data
    comes_back("by_its_return_path", **{"bounces+41-0123456789@ege.example": sender})
    assert message.state == "bounced"


def test_a_return_path_with_a_wrong_mark_is_nobodys(app: Flask, mailed: Message, comes_back: ComesBack) -> None:
    app.extensions["seans"] = replace(app.extensions["seans"], return_path="bounces+*@ege.example")
    assert comes_back("by_its_return_path", **{"+41-": f"+{mailed.id}-"}) == "1 unmatched"
    assert mailed.state == "sent"


def test_a_bounce_of_a_mail_we_did_not_send_is_a_line_for_staff(mailed: Message, comes_back: ComesBack) -> None:
    assert comes_back("postfix_no_such_user") == "1 unmatched"
    assert (mailed.state, kinds()) == ("sent", ["mail_unmatched"])
    assert not suppressions.is_suppressed("ayse.yilmaz@post.example")


def test_a_report_that_says_nothing_is_looked_at_and_changes_nothing(mailed: Message, comes_back: ComesBack) -> None:
    assert comes_back("a_report_that_is_none", mailed) == "1 asked"
    assert (mailed.state, kinds()) == ("sent", ["mail_failed"])


def test_automatic_answers_are_counted_and_dropped(mailed: Message, comes_back: ComesBack) -> None:
    assert comes_back("out_of_office", mailed) == "1 dropped"
    assert comes_back("newsletter") == "1 dropped"
    assert kinds() == []
    assert [(mail.what, mail.text, mail.sender) for mail in came_in()] == [("automatic", "", "")] * 2


def test_a_calendar_that_accepts_confirms_the_visit(mailed: Message, visit: Appointment, comes_back: ComesBack) -> None:
    assert comes_back("calendar_accepted", **event_of(visit)) == "1 confirmed"
    db.session.refresh(visit)
    assert visit.state is VisitState.CONFIRMED
    assert comes_back("calendar_as_an_attached_file", **event_of(visit)) != "1 confirmed"


def test_a_calendar_that_declines_asks_for_another_time_and_keeps_the_place(
    mailed: Message, visit: Appointment, comes_back: ComesBack
) -> None:
    assert comes_back("calendar_declined", **event_of(visit)) == "1 declined"
    db.session.refresh(visit)
    assert visit.state is VisitState.BOOKED
    assert kinds() == ["asked_to_move"]


@pytest.mark.parametrize("case", ["calendar_accepted", "calendar_declined"])
def test_an_answer_to_an_earlier_time_is_noted_only(mailed: Message, visit: Appointment, comes_back: ComesBack, case: str) -> None:
    answer = event_of(visit)
    move(visit, ist(12, 18, 14), LATER)
    assert comes_back(case, None, LATER, **answer) == "1 noted"
    db.session.refresh(visit)
    assert (visit.state, kinds()) == (VisitState.BOOKED, [])


def test_a_tentative_answer_is_noted_only(mailed: Message, visit: Appointment, comes_back: ComesBack) -> None:
    assert comes_back("calendar_tentative", **event_of(visit)) == "1 noted"


def test_an_answer_after_the_visit_is_noted_only(mailed: Message, visit: Appointment, comes_back: ComesBack) -> None:
    assert comes_back("calendar_accepted", None, visit.starts_at, **event_of(visit)) == "1 noted"


def test_a_strangers_calendar_confirms_nothing(mailed: Message, visit: Appointment, comes_back: ComesBack) -> None:
    answer = event_of(visit) | {"ayse.yilmaz@post.example": "stranger@elsewhere.example"}
    assert comes_back("calendar_accepted", **answer) == "1 unmatched"
    db.session.refresh(visit)
    assert visit.state is VisitState.BOOKED


def test_a_stranger_who_names_the_patient_as_answering_confirms_nothing(mailed: Message, visit: Appointment, comes_back: ComesBack) -> None:
    answer = event_of(visit) | {"<ayse.yilmaz@post.example>": "<stranger@elsewhere.example>"}
    assert comes_back("calendar_accepted", **answer) == "1 unmatched"


def test_whoever_had_the_address_before_answers_for_nobody(mailed: Message, visit: Appointment, comes_back: ComesBack) -> None:
    """A mail that went to a wrong address carried the invitation there; the address was corrected since."""
    with transaction():
        visit.patient.email = "her.own@post.example"
    for case in ("calendar_accepted", "calendar_declined"):
        assert comes_back(case, **event_of(visit)) == "1 unmatched"
    db.session.refresh(visit)
    assert (visit.state, kinds()) == (VisitState.BOOKED, ["mail_unmatched"])


def test_who_stands_beside_without_the_right_to_ask_for_changes_only_accepts(visit: Appointment, comes_back: ComesBack) -> None:
    with transaction():
        about = {"patient_id": visit.patient_id, "role": ContactRole.HELPER, "language": "tr", "gets_mails": True, "created_at": NOW}
        db.session.add(Contact(name="Can Su", email="helper@post.example", **about))
    answer = event_of(visit) | {"ayse.yilmaz@post.example": "helper@post.example"}
    assert comes_back("calendar_declined", **answer) == "1 unmatched"
    assert comes_back("calendar_accepted", **answer) == "1 confirmed"


def test_what_a_patient_writes_stands_on_the_call_list_with_the_text(mailed: Message, comes_back: ComesBack) -> None:
    assert comes_back("a_reply", mailed) == "1 asked"
    mail = came_in()[0]
    assert mail.patient_id == mailed.patient_id
    assert mail.text.startswith("Merhaba, cuma günü")
    assert [(task.kind, task.patient_id) for task in tasks()] == [("patient_wrote", mailed.patient_id)]


def test_a_patient_who_starts_a_new_mail_is_known_by_the_address(mailed: Message, comes_back: ComesBack) -> None:
    comes_back("a_reply_without_references", **{"ayse.yilmaz@": "Ayse.YILMAZ@"})
    assert came_in()[0].patient_id == mailed.patient_id


def test_of_two_with_one_address_it_is_whoever_was_mailed_last(mailed: Message, comes_back: ComesBack) -> None:
    b.a_patient("Kerem", email="ayse.yilmaz@post.example")
    comes_back("a_reply_without_references")
    assert came_in()[0].patient_id == mailed.patient_id


def test_an_answer_to_a_joined_record_comes_to_the_one_that_is_left(mailed: Message, comes_back: ComesBack) -> None:
    left = b.a_patient("Ayşe", "Yılmaz Kaya")
    with transaction():
        db.session.get_one(Patient, mailed.patient_id).merged_into_id = left.id
    comes_back("a_reply", mailed)
    assert came_in()[0].patient_id == left.id


def test_many_mails_that_belong_to_nobody_are_one_line(mailed: Message, comes_back: ComesBack) -> None:
    for text in ("one", "two", "three"):
        comes_back(f"From: stranger@elsewhere.example\nSubject: Hello\n\n{text}\n".encode())
    assert kinds() == ["mail_unmatched"]
    assert [mail.text for mail in came_in()] == ["one", "two", "three"]


def test_a_mail_that_comes_twice_counts_once(mailed: Message, comes_back: ComesBack) -> None:
    assert comes_back("a_reply", mailed) == "1 asked"
    assert comes_back("a_reply", mailed) == "nothing new"
    assert len(came_in()) == 1


def test_a_fault_with_one_mail_leaves_it_to_staff_and_the_rest_goes_on(
    mailed: Message, comes_back: ComesBack, maildir: Path, visit: Appointment
) -> None:
    with transaction():
        db.session.connection().exec_driver_sql("CREATE TRIGGER broken BEFORE INSERT ON suppression BEGIN SELECT RAISE(ABORT, 'full'); END")
    (maildir / "new" / "1700000900.later").write_bytes(b"From: ayse.yilmaz@post.example\n\nHello\n")
    assert comes_back("gmail", mailed) == "1 asked, 1 failed"
    assert kinds() == ["mail_unmatched", "patient_wrote"]
    failed = next(mail for mail in came_in() if mail.outcome == "failed")
    assert (failed.what, failed.subject) == ("bounce", "Delivery Status Notification (Failure)")


def test_a_database_that_is_at_fault_loses_no_mail_and_blames_none(mailed: Message, comes_back: ComesBack) -> None:
    def full(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO incoming_mail"):
            raise OperationalError(statement, None, sqlite3.OperationalError("database or disk is full"))

    event.listen(db.engine, "before_cursor_execute", full)
    try:
        with pytest.raises(OperationalError):
            comes_back("a_reply", mailed)
    finally:
        event.remove(db.engine, "before_cursor_execute", full)
    db.session.rollback()
    assert came_in() == []
    assert read_mailbox.run(NOW + GRACE) == "1 asked"


def test_what_somebody_must_look_at_is_found_by_its_own_index(app: Flask) -> None:
    asked = select(IncomingMail).where(IS_TO_LOOK_AT).order_by(IncomingMail.id.desc()).compile(db.engine)
    plan = str(db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all())
    assert "INDEX ix_incoming_mail_to_look_at" in plan, plan


def test_an_imap_folder_goes_on_where_it_was_left(app: Flask, mailed: Message, tmp_path: Path) -> None:
    mails = {n: f"From: ayse.yilmaz@post.example\n\nmail {n}\n".encode() for n in range(1, 4)}
    certificate = a_certificate(tmp_path)
    with ImapServer(certificate, mails) as server:
        account = Account("127.0.0.1", server.port, *server.login)
        app.extensions["mailbox"] = ImapMailbox(account, 1_000, tls=ssl.create_default_context(cafile=certificate))
        assert read_mailbox.run(NOW) == "3 asked"
        assert read_mailbox.run(NOW) == "nothing new"
        assert sum("FETCH" in said for said in server.asked) == 3
        server.mails[8] = b"From: ayse.yilmaz@post.example\n\nmail 8\n"
        assert read_mailbox.run(NOW) == "1 asked"
    said = read_mailbox.run(NOW)
    assert said.startswith("not read: The mailbox at 127.0.0.1 cannot be read")
    state = db.session.query(MailboxState).one()
    assert (state.last, state.failures, state.failing_since) == (8, 1, NOW)


def test_a_rehearsal_marks_nothing_and_keeps_nothing(mailed: Message, maildir: Path) -> None:
    (maildir / "new" / "1700000001.x").write_bytes(b"From: ayse.yilmaz@post.example\n\nHello\n")
    job = job_named("read_mailbox")
    assert job is not None
    assert rehearse(job) == "(dry) 1 asked"
    assert [path.name for path in (maildir / "new").iterdir()] == ["1700000001.x"]
    assert came_in() == []
    assert read_mailbox.run(NOW) == "1 asked"


def test_words_are_forgotten_after_half_a_year(mailed: Message, comes_back: ComesBack) -> None:
    comes_back("a_reply", mailed)
    forget_old_records.run(NOW + timedelta(days=179))
    assert came_in()[0].text
    forget_old_records.run(NOW + timedelta(days=181))
    mail = came_in()[0]
    assert (mail.text, mail.subject, mail.sender, mail.patient_id) == ("", "", "", mailed.patient_id)


def test_without_a_mailbox_nothing_is_read(app: Flask, mailed: Message) -> None:
    assert read_mailbox.run(datetime(2026, 12, 1, tzinfo=UTC)) == "no mailbox"


def test_with_a_mailbox_a_single_visit_asks_the_calendar_for_an_answer(visit: Appointment, maildir: Path) -> None:
    clinic = db.session.get_one(Clinic, 1)
    asked = calendar_file.of_visits([visit], clinic, "en", "1", NOW, attendee="a@post.example").replace(b"\r\n ", b"")
    assert b"METHOD:REQUEST" in asked
    assert b"RSVP=TRUE:mailto:a@post.example" in asked
    assert mime.method_of(asked) == "REQUEST"
    assert mime.method_of(calendar_file.of_visits([visit, visit], clinic, "en", "1", NOW, attendee="a@post.example")) == "PUBLISH"
    assert mime.method_of(calendar_file.of_visits([visit], clinic, "en", "1", NOW)) == "PUBLISH"


def test_the_mail_of_a_booking_asks_where_answers_are_read(app: Flask, maildir: Path, visit: Appointment) -> None:
    assert isinstance(app.extensions["mailbox"], MaildirMailbox)
    book(visit)
    assert b"method=REQUEST" in send(NOW + GRACE).taken[0].data
