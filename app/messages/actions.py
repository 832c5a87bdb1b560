"""What staff do with a message: send it again, withdraw it, let the channel go on."""

from __future__ import annotations

from datetime import datetime

from app import history
from app.clinic import queries as clinic_queries
from app.errors import Refused
from app.i18n import _
from app.messages import call_lines, channel, planner, suppressions
from app.messages.ends import Why
from app.patients import contacts
from app.patients.listeners import Change, listen
from models.message import Message, MessageState
from models.patient import Patient
from models.staff import Role
from models.task import TaskKind

REACHED = (MessageState.SENT, MessageState.UNKNOWN)
AGAIN = (MessageState.FAILED, MessageState.UNKNOWN, MessageState.BOUNCED)


def resend(message: Message, now: datetime) -> None:
    """Send a mail that failed, came back or is of unknown fate once more. Somebody has looked: its address may be written to again.

    Raises Refused when it is in another state by now, or would come too late.
    """
    if message.state not in AGAIN:
        raise Refused(_("This message cannot be sent again: it is in another state by now."))
    if message.useful_until is not None and message.useful_until <= now:
        raise Refused(_("It is too late for this message: it would help nobody any more."))
    if message.reason == Why.ADDRESS_REFUSED:
        suppressions.allow_again(message.address)
    message.move_to(MessageState.WAITING)
    message.reason, message.settled_at, message.fenced_at, message.try_at = "", None, None, now
    call_lines.close_for_messages([message], now, "sent again")
    history.record("mail sent again", message, now)


def withdraw(message: Message, why: Why, now: datetime) -> None:
    """Keep a waiting mail from going (`why`: one of BY_HAND). Raises Refused when it is on its way or gone."""
    if message.state is not MessageState.WAITING:
        raise Refused(_("This message is on its way or gone: it cannot be withdrawn any more."))
    planner.withdraw(message, why, now)
    history.record("mail withdrawn", message, now, reason=why)


def sent_by_mistake(message: Message, now: datetime) -> None:
    """A mail reached somebody whom it was not for: its address is asked to delete it, and a person looks at the incident. The record
    loses the address, the patient's or of somebody beside them, and with it what any mail brought there opens nothing any more.

    Raises Refused for a mail that did not reach anybody, or that is no patient's.
    """
    if message.state not in REACHED or message.patient is None:
        raise Refused(_("Only a mail to a patient that was sent can be corrected."))
    contacts.lose_address(message.patient, message.address, now)
    _incident(message, now)


def was_about_somebody_else(message: Message, now: datetime) -> None:
    """A mail told a patient of what was done to somebody else: the same few words follow it, and a person looks at the incident.

    The address stays: it is this patient's own.
    """
    _incident(message, now)


def _incident(message: Message, now: datetime) -> None:
    planner.to_wrong_address(message, now)
    call_lines.ask(TaskKind.PRIVACY_INCIDENT, message, now, patient_id=message.patient_id, role=Role.MANAGER, facts={"about": message.kind})
    history.record("mail sent by mistake", message, now)


def go_on(now: datetime) -> None:
    """Somebody has looked at why mail stands still: it may go on."""
    channel.open_again(now)
    history.record("mail went on", None, now)


def start_mailing(now: datetime) -> int:
    """Patients get mail from now on; returns how many messages were due before and are not sent."""
    clinic = clinic_queries.the_clinic()
    past = planner.start_mailing(clinic, now)
    clinic.version += 1
    history.record("mailing started", clinic, now, fields=["mailing_started"])
    return past


@listen
def when_a_patient_changes(patient: Patient, change: Change, now: datetime) -> None:
    """What a change of the record calls for, or ends, is planned with it. Who comes from a file is planned by the clock, many at a time."""
    if change is not Change.CREATED or patient.imported_as is None:
        planner.plan_for(patient.id, now)
