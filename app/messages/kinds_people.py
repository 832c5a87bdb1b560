"""Mails about an address or a link, and those to people who work here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from app.messages.ends import Why
from app.messages.kind import Kind, Wanted
from app.messages.links import reads_in_full
from app.messages.patient_facts import PatientFacts
from app.tokens import hashed
from models.base import db
from models.message import MailLink, Message, MessageClass, MessageState, Urgency

ADDRESS_USEFUL = timedelta(days=14)
CORRECTION, CORRECTION_USEFUL = "correction", timedelta(days=14)
FULL_TEXT, NEW_LINK_USEFUL = "full_text", timedelta(days=1)
ON_CALL, DIGEST = "staff_on_call", "staff_digest"
STAFF = {
    "staff_invite": "staff_member", "staff_reset": "staff_member", ON_CALL: "staff_task", DIGEST: "staff_member",
    "words_test": "staff_member",
}  # fmt: skip
"""Mails to people who work here, and what each is about."""


def _addresses(facts: PatientFacts) -> Iterable[Wanted]:
    """A new or changed address is asked once whether it is right."""
    reach = facts.reach
    if reach.by_mail and not reach.verified:
        asked = hashed(reach.email)[:16]
        yield Wanted("address_check", "patient", facts.patient.id, asked, useful_until=facts.now + ADDRESS_USEFUL, late_ok=True)


def _why_no_check(_message: Message, facts: PatientFacts) -> Why:
    return Why.ANSWERED if facts.reach.verified else Why.REPLACED


def _asked_for_a_link(facts: PatientFacts) -> Iterable[Wanted]:
    """A new link goes to the very address that the old one went to, as long as its reader may read the full text."""
    for message in facts.messages:
        if message.kind == FULL_TEXT and message.state in (MessageState.WAITING, MessageState.CLAIMED):
            old = db.session.get(MailLink, message.facts["link"])
            if old is not None and old.address == facts.reach.email.lower() and reads_in_full(facts.patient, facts.reach):
                yield Wanted(FULL_TEXT, "patient", facts.patient.id, message.cycle, None, message.useful_until)


def _to_no_patient(_facts: PatientFacts) -> Iterable[Wanted]:
    return ()


KINDS: Sequence[Kind] = (
    Kind("address_check", "patient", Urgency.AT_ONCE, MessageClass.SERVICE, _addresses, _why_no_check),
    Kind(FULL_TEXT, "patient", Urgency.AT_ONCE, MessageClass.SERVICE, _asked_for_a_link, triggered=True),
    Kind(CORRECTION, "message", Urgency.AT_ONCE, MessageClass.SERVICE, _to_no_patient, triggered=True),
    *(Kind(name, about, Urgency.AT_ONCE, MessageClass.INTERNAL, _to_no_patient, triggered=True) for name, about in STAFF.items()),
)
