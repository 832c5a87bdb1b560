"""An earlier time that has become free, offered to who asked for one: to several at once, and the first to accept gets it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, or_, select

from app.messages.ends import Why
from app.messages.kind import Kind, Wanted
from app.messages.patient_facts import PatientFacts
from models.appointment import Claim
from models.base import db
from models.message import Message, MessageClass, MessageState, Urgency

OFFER: Final = "offer"
NOTICE: Final = timedelta(hours=2)
"""Nobody is offered a time that begins sooner."""
SELDOM: Final = timedelta(days=7)
"""A patient gets one offer in so many days (docs/rules.md)."""


def offered_lately(patient_ids: Collection[int], now: datetime) -> set[int]:
    """Who of these patients had an offer within a week, on paper or telephone too; one that was taken before it went is none."""
    lately = select(Message.patient_id).where(Message.kind == OFFER, Message.planned_at > now - SELDOM, Message.reason != Why.TAKEN)
    return {key for key in db.session.scalars(lately.where(Message.patient_id.in_(patient_ids))) if key}


def standing(now: datetime) -> Sequence[Message]:
    """Offers that still help."""
    return db.session.scalars(select(Message).where(Message.kind == OFFER, Message.useful_until > now)).all()


def is_taken(facts: Mapping[str, Any], visit_id: int) -> bool:
    """Somebody or something that the offered time needs has been claimed by another visit. `claims`: what, which, from, until."""
    claims = ((kind, key, *map(datetime.fromisoformat, span)) for kind, key, *span in facts.get("claims", ()))
    needed = [and_(getattr(Claim, f"{kind}_id") == key, Claim.starts_at < end, Claim.ends_at > start) for kind, key, start, end in claims]
    taken = select(Claim.id).where(Claim.appointment_id != visit_id, or_(*needed)) if needed else None
    return taken is not None and db.session.scalar(taken.limit(1)) is not None


def _offered(facts: PatientFacts) -> Iterable[Wanted]:
    """What somebody offered stays wanted while the time is free and the patient would like an earlier one."""
    for message in facts.messages:
        waits = message.kind == OFFER and message.state in (MessageState.WAITING, MessageState.CLAIMED)
        if waits and facts.patient.asks_for_earlier and not is_taken(message.facts, message.subject_id):
            yield Wanted(OFFER, message.subject_type, message.subject_id, message.cycle, None, message.useful_until)


def _why_gone(message: Message, _facts: PatientFacts) -> Why:
    return Why.TAKEN if is_taken(message.facts, message.subject_id) else Why.OPTED_OUT


KINDS: Sequence[Kind] = (
    Kind(
        OFFER, "appointment", Urgency.AT_ONCE, MessageClass.SERVICE, _offered, _why_gone, needs_open_plan=True, needs_coming_visit=True,
        triggered=True,
    ),
)  # fmt: skip
