"""What may delay a mail: sending hours on the patient's clock, and how many go to one person (docs/rules.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.messages.ends import Why
from app.messages.patient_facts import PatientFacts
from models import clock
from models.message import Message, MessageState, Urgency

NOT_AGAIN_WITHIN = timedelta(hours=12)
A_DAY_AT_MOST = 3
QUIET_UNLESS_WITHIN = timedelta(hours=24)
WENT = (MessageState.SENT, MessageState.FILED, MessageState.UNKNOWN, MessageState.BOUNCED, MessageState.CLAIMED)
COUNTED = (Urgency.ROUTINE, Urgency.INVITATION)


@dataclass(frozen=True)
class Wait:
    """Not before this moment, for this reason."""

    until: datetime
    why: Why


def wait_for(message: Message, facts: PatientFacts) -> Wait | None:
    """How long this mail has to wait by its urgency; None: it may go now."""
    if message.urgency is Urgency.AT_ONCE:
        return None
    if message.urgency is Urgency.CHANGE:
        return None if _starts_soon(message, facts.now) else _quiet(facts, facts.now)
    return _quiet(facts, facts.now) or _same_kind(message, facts) or _enough(message, facts) or _yields(message, facts)


def open_from(facts: PatientFacts, moment: datetime) -> datetime:
    """The moment itself inside sending hours, else when they next begin, on the patient's clock."""
    zone, begin = facts.days.patient_zone, facts.clinic.sending_from
    there = clock.local(moment, zone)
    if begin <= there.time() < facts.clinic.sending_until:
        return moment
    day = there.date() if there.time() < begin else there.date() + timedelta(days=1)
    return clock.at(day, begin, zone)


def _quiet(facts: PatientFacts, moment: datetime) -> Wait | None:
    opens = open_from(facts, moment)
    return Wait(opens, Why.QUIET_HOURS) if opens > moment else None


def _starts_soon(message: Message, now: datetime) -> bool:
    told = [line["new"] or line["old"] for line in message.facts.get("changes", ())]
    return any(datetime.fromisoformat(start) - now < QUIET_UNLESS_WITHIN for start in told if start)


def _same_kind(message: Message, facts: PatientFacts) -> Wait | None:
    last = max((_went_at(m, facts) for m in _others(message, facts) if m.kind == message.kind), default=None)
    if last is None or facts.now - last >= NOT_AGAIN_WITHIN:
        return None
    return Wait(open_from(facts, last + NOT_AGAIN_WITHIN), Why.ENOUGH_FOR_TODAY)


def _enough(message: Message, facts: PatientFacts) -> Wait | None:
    today = [m for m in _others(message, facts) if m.urgency in COUNTED and facts.days.day_of(_went_at(m, facts)) == facts.today]
    return Wait(_tomorrow(facts), Why.ENOUGH_FOR_TODAY) if len(today) >= A_DAY_AT_MOST else None


def _yields(message: Message, facts: PatientFacts) -> Wait | None:
    """An invitation goes on a day without any other mail."""
    if message.urgency is not Urgency.INVITATION:
        return None
    sent = any(facts.days.day_of(_went_at(m, facts)) == facts.today for m in _others(message, facts))
    coming = any(
        m.state is MessageState.WAITING and m.urgency is not Urgency.INVITATION and facts.days.day_of(m.try_at) <= facts.today
        for m in facts.messages
    )
    return Wait(_tomorrow(facts), Why.ENOUGH_FOR_TODAY) if sent or coming else None


def _tomorrow(facts: PatientFacts) -> datetime:
    """When sending hours begin on the clinic's next day."""
    return open_from(facts, facts.days.at(facts.today + timedelta(days=1), facts.clinic.sending_from))


def _others(message: Message, facts: PatientFacts) -> list[Message]:
    """Mails that went to this patient, or are on their way at this moment, without the one that is asked about."""
    return [m for m in facts.messages if m.state in WENT and m.id != message.id]


def _went_at(message: Message, facts: PatientFacts) -> datetime:
    return facts.now if message.state is MessageState.CLAIMED else message.settled_at or message.due_at
