"""Mails about an address, and those to people who work here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from app.messages.ends import Why
from app.messages.kind import Kind, Wanted
from app.messages.patient_facts import PatientFacts
from app.tokens import hashed
from models.message import Message, MessageClass, Urgency

ADDRESS_USEFUL = timedelta(days=14)
CORRECTION, CORRECTION_USEFUL = "correction", timedelta(days=14)
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


def _to_no_patient(_facts: PatientFacts) -> Iterable[Wanted]:
    return ()


KINDS: Sequence[Kind] = (
    Kind("address_check", "patient", Urgency.AT_ONCE, MessageClass.SERVICE, _addresses, _why_no_check),
    Kind(CORRECTION, "message", Urgency.AT_ONCE, MessageClass.SERVICE, _to_no_patient, triggered=True),
    *(Kind(name, about, Urgency.AT_ONCE, MessageClass.INTERNAL, _to_no_patient, triggered=True) for name, about in STAFF.items()),
)
