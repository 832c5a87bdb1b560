"""The last look before a message leaves: is it still wanted, may it go now, does it reach its reader; then it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from app.messages import call_lines, carriers, channel, doubt, links, planner, rules, settling
from app.messages.carriers import Carrier
from app.messages.compose import NothingToSay, compose
from app.messages.ends import Why, key_of
from app.messages.kind import Kind
from app.messages.kinds import KINDS
from app.messages.kinds_people import CORRECTION
from app.messages.mime import CannotBeAddressed
from app.messages.patient_facts import PatientFacts
from app.messages.sending_hours import wait_for
from app.messages.suppressions import is_suppressed
from app.messages.transports import Envelope, EnvelopeError
from app.messages.wording.reading import CannotBeSaid
from models.base import db
from models.message import Message, MessageBody, MessageState
from models.staff import StaffMember
from models.task import TaskKind

log = structlog.get_logger("messages")


@dataclass(frozen=True)
class Letter:
    """A written message in its envelope, and what carries it."""

    carrier: Carrier
    envelope: Envelope


def write(message: Message, facts: PatientFacts | None, now: datetime) -> Letter | None:
    """The message as it leaves now; None when it may not go: then the row says why, or when it is tried again.

    `facts`: its patient's (None: it goes to a colleague, or to an address that belongs to nobody). Called inside the
    transaction that claimed the message.
    """
    goes = _to_patient(message, facts, now) if facts else _to_address_alone(message, now)
    if goes and channel.is_still(now, goes[0].name):
        doubt.let_wait(message, now + channel.BREATHER, Why.CHANNEL_STOPPED)
        return None
    return _written(message, *goes, now) if goes else None


def miss(message: Message, why: Why, now: datetime) -> None:
    """The message helps no more. A message that a call can still replace leaves a line to call."""
    message.move_to(MessageState.MISSED)
    message.owner = message.lease_until = None
    message.reason, message.settled_at = why, now


def _to_patient(message: Message, facts: PatientFacts, now: datetime) -> tuple[Carrier, str] | None:
    kind = KINDS.get(message.kind)
    against = rules.still_wanted(message, facts)
    if kind is None or against is not None:
        planner.withdraw(message, against or Why.NOT_NEEDED, now)
    elif message.useful_until is not None and message.useful_until <= now:
        miss(message, Why.TOO_LATE, now)
    elif kind.mail_within is not None and now > message.due_at + kind.mail_within:
        miss(message, Why.CALLED_INSTEAD, now)
        call_lines.call_about(message, now, Why.CALLED_INSTEAD)
    elif (carrier := rules.carrier_for(facts.patient, facts.reach, kind)) is None:
        _by_phone(message, kind, now)
    elif _may_go_now(message, facts):
        return carrier, carrier.address_of(facts.patient, facts.reach)
    return None


def _by_phone(message: Message, kind: Kind, now: datetime) -> None:
    """The patient is told all the same: by a person. A question about an address is no matter for a call."""
    planner.withdraw(message, Why.BY_PHONE, now)
    if kind.subject_type != "patient":
        call_lines.call_about(message, now, Why.BY_PHONE)


def _may_go_now(message: Message, facts: PatientFacts) -> bool:
    """Today's facts hold: the moment and what is told may have changed since it was planned."""
    wanted = next((one for one in KINDS[message.kind].wanted(facts) if one.key == key_of(message)), None)
    if wanted is not None and wanted.due_at is not None:
        message.due_at, message.useful_until, message.facts = wanted.due_at, wanted.useful_until, wanted.facts
        if wanted.due_at > facts.now:
            doubt.let_wait(message, wanted.due_at, "")
            return False
    wait = wait_for(message, facts)
    if wait is not None:
        doubt.let_wait(message, wait.until, wait.why)
    return wait is None


def _to_address_alone(message: Message, now: datetime) -> tuple[Carrier, str] | None:
    address = _wrong_address(message) if message.kind == CORRECTION else _colleagues_address(message)
    if not address:
        planner.withdraw(message, Why.NOT_NEEDED, now)
    elif message.useful_until is not None and message.useful_until <= now:
        miss(message, Why.TOO_LATE, now)
    else:
        return carriers.MAIL, address
    return None


def _colleagues_address(message: Message) -> str:
    member = db.session.get(StaffMember, message.staff_id) if message.staff_id else None
    return member.email if member is not None and member.active else ""


def _wrong_address(message: Message) -> str:
    """Where the mail went that should not have, whatever the patient's address is now. One that does not exist got nothing."""
    wrong = db.session.get(Message, message.subject_id)
    return wrong.address if wrong is not None and not is_suppressed(wrong.address) else ""


def _written(message: Message, carrier: Carrier, address: str, now: datetime) -> Letter | None:
    """Rendered from current data. A mail that cannot be written fails alone and never stops the others."""
    try:
        with db.session.begin_nested():
            mail = compose(message, now)
            envelope = carrier.pack(mail, message, address, now)
    except NothingToSay:
        planner.withdraw(message, Why.NOTHING_TO_TELL, now)
        return None
    except (CannotBeAddressed, EnvelopeError):
        settling.fail(message, Why.ADDRESS_UNUSABLE, now, TaskKind.BAD_ADDRESS)
        return None
    except CannotBeSaid as error:  # what the clinic wrote is not replaced by what it did not want to say
        log.error("own_words_not_said", kind=message.kind, message_id=message.id, error=str(error))
        settling.fail(message, Why.OWN_WORDS, now, TaskKind.MAIL_FAILED)
        return None
    except Exception as error:  # a fault of one text or one record: a person is told, the rest of the queue goes on
        log.exception("mail_not_written", kind=message.kind, message_id=message.id, error=type(error).__name__)
        settling.fail(message, Why.NOT_WRITTEN, now, TaskKind.MAIL_FAILED)
        return None
    body = message.body or MessageBody(message=message)
    # What is kept of a mail opens nothing: of its links only the hash stays.
    body.subject, body.text, body.html = mail.subject[:300], links.without_handles(mail.text), links.without_handles(mail.html)
    db.session.add(body)
    message.address = address
    return Letter(carrier, envelope)
