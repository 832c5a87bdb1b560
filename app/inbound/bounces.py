"""What follows when a mail of ours did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.inbound.reading import Fate, Report
from app.messages import call_lines
from app.messages.ends import Why
from app.messages.suppressions import suppress
from models.base import db, locked
from models.inbound import IncomingMail
from models.message import Attempt, Message, MessageState
from models.patient import Patient
from models.task import TaskKind

GAVE_UP = 3
"""So many mails to one address that could not be delivered, and somebody asks for another address."""
LATEST = timedelta(days=7)
"""No mail server tries longer: a report is about a mail that left at most so long before."""


def keep(message: Message, report: Report, now: datetime) -> None:
    """What the server reported stands with what it said when it took the mail."""
    said = f"{report.status} {report.said}" if report.status and report.status not in report.said else report.said
    outcome = "delayed" if report.fate is Fate.DELAYED else "bounced"
    db.session.add(Attempt(message_pk=message.id, at=now, outcome=outcome, phase="bounce", text=said[:500]))


def came_back(message: Message, report: Report, now: datetime) -> None:
    """The mail did not arrive: it says so, somebody knows what to do about it, and what still matters is told by telephone."""
    why = {Fate.NO_SUCH_ADDRESS: Why.ADDRESS_REFUSED, Fate.REFUSED: Why.REFUSED}.get(report.fate, Why.NOT_DELIVERED)
    sent_on = why is Why.ADDRESS_REFUSED and not report.is_about(message.address)
    if message.state in (MessageState.SENT, MessageState.UNKNOWN):
        message.move_to(MessageState.BOUNCED)
        message.reason, message.settled_at = why, now
        call_lines.close_for_messages([message], now, "came back")
    if why is Why.ADDRESS_REFUSED and not sent_on:
        suppress(message.address, report.said or report.status, now)
    if why is Why.REFUSED or sent_on:
        call_lines.look_at(TaskKind.MAIL_FAILED, message, now, {"why": why})
    elif why is Why.ADDRESS_REFUSED or _never_delivered(message):
        call_lines.look_at(TaskKind.BAD_ADDRESS, message, now, {"why": why})
    if message.subject_type != "patient" and (message.useful_until is None or message.useful_until > now):
        call_lines.call_about(message, now, why)


def _never_delivered(message: Message) -> bool:
    """The address may be right, and still nothing has reached it for a while."""
    same = (Message.patient_id == message.patient_id, Message.address == message.address, Message.state == MessageState.BOUNCED)
    return (db.session.scalar(select(func.count()).where(*same)) or 0) >= GAVE_UP


def by_hand(patient: Patient, address: str, fate: Fate, row: IncomingMail, now: datetime) -> Message | None:
    """A person says that a report is about this address of this patient: what follows is what follows from any such report.

    Returns the mail that did not arrive: the last that went there before the report came. None where there was none.
    """
    report = Report(fate, (address.lower(),), str(row.facts.get("status", "")), str(row.facts.get("said", "")))
    message = _last_to(patient, address, row.came_at)
    if message is not None:
        keep(message, report, now)
        came_back(message, report, now)
    elif fate is Fate.NO_SUCH_ADDRESS:
        suppress(address, report.said or report.status, now)
        call_lines.ask(TaskKind.BAD_ADDRESS, patient, now, patient_id=patient.id)
    else:
        call_lines.ask(TaskKind.MAIL_REPORTED, row, now, patient_id=patient.id)
    return message


def _last_to(patient: Patient, address: str, came_at: datetime) -> Message | None:
    theirs = (Message.patient_id == patient.id, func.lower(Message.address) == address.lower())
    gone = (Message.state.in_((MessageState.SENT, MessageState.UNKNOWN)), Message.settled_at.between(came_at - LATEST, came_at))
    found = db.session.scalar(select(Message.id).where(*theirs, *gone).order_by(Message.settled_at.desc(), Message.id.desc()).limit(1))
    return locked(Message, found) if found else None
