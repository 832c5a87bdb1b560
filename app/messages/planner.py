"""Which messages does this call for? Asked inside the transaction of every change, and again by the clock.

What is wanted is derived from the facts, never remembered: missing rows are written, rows that are no longer wanted are
withdrawn with the reason, and a moment that changed is changed. Asking twice is asking once.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, update

from app.clinic import queries as clinic_queries
from app.messages import doubt, rules, setting
from app.messages.ends import BY_HAND, Why, key_of
from app.messages.kind import Wanted
from app.messages.kinds import KINDS
from app.messages.kinds_courses import CHOOSE_TIME
from app.messages.kinds_people import CORRECTION, CORRECTION_USEFUL, FULL_TEXT, NEW_LINK_USEFUL
from app.messages.patient_facts import PatientFacts, facts_of, facts_of_all
from app.today import today_of
from models.base import db, insert_or_ignore
from models.clinic import Clinic
from models.message import IS_WAITING, MailLink, Message, MessageState
from models.treatment import TreatmentSession

PAST = timedelta(hours=1)
"""A message whose moment is longer past than this is not planned any more, unless its kind helps late too."""
FOR_GOOD = (*BY_HAND, Why.BY_PHONE, Why.TOLD, Why.BEFORE_MAILING)
"""Withdrawn for these reasons a message does not come back by itself."""
CHOICE_USEFUL = timedelta(days=30)
TRY_USEFUL = timedelta(hours=1)
_TABLE = cast(Table, Message.__table__)


@dataclass
class Planned:
    """What planning did, or would do."""

    added: list[Wanted] = field(default_factory=list)
    revived: list[tuple[Message, Wanted]] = field(default_factory=list)
    changed: list[tuple[Message, Wanted]] = field(default_factory=list)
    withdrawn: list[tuple[Message, Why]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.revived or self.changed or self.withdrawn)


def plan_for(patient_id: int, now: datetime) -> Planned:
    """Bring a patient's messages in line with the facts, inside the caller's transaction. Idempotent."""
    return plan_for_all([patient_id], now)[patient_id]


def plan_for_all(patient_ids: Collection[int], now: datetime) -> dict[int, Planned]:
    """The same for many patients, in a few queries however many they are. What is on its way to one of them is called back first."""
    db.session.flush()
    doubt.call_back(Message.patient_id.in_(patient_ids))
    facts = facts_of_all(patient_ids, now, gathering=True)
    db.session.flush()
    planned = {patient_id: compare(one) for patient_id, one in facts.items()}
    clinic = clinic_queries.the_clinic()
    _insert([_row(one, clinic, now, patient_id=key) for key, found in planned.items() for one in found.added])
    for found in planned.values():
        _settle(found, now)
    db.session.flush()
    return planned


def _settle(found: Planned, now: datetime) -> None:
    """What becomes of the rows that are there."""
    for message, wanted in found.revived:
        _revive(message, wanted, now)
    for message, wanted in found.changed:
        _change(message, wanted)
    for message, why in found.withdrawn:
        withdraw(message, why, now)


def missing(patient_id: int, now: datetime) -> Planned:
    """What `plan_for` would do now, without doing it. Empty when every change was planned in its own transaction."""
    return compare(facts_of(patient_id, now))


def compare(facts: PatientFacts) -> Planned:
    """The difference between what is wanted and what is there."""
    wanted, found = rules.all_wanted(facts), Planned()
    for key, one in wanted.items():
        message = facts.by_key.get(key)
        if message is not None:
            _compare_row(message, one, facts.now, found)
        elif _is_timely(one, facts.now):
            found.added.append(one)
    for message in facts.messages:
        if message.state is MessageState.WAITING and key_of(message) not in wanted:
            found.withdrawn.append((message, rules.still_wanted(message, facts) or Why.NOT_NEEDED))
    return found


def _compare_row(message: Message, wanted: Wanted, now: datetime, found: Planned) -> None:
    """A row that is there and wanted: what must change about it."""
    if message.state is MessageState.WAITING and wanted.ended is not None:
        found.withdrawn.append((message, wanted.ended))
    elif message.state is MessageState.WAITING and _differs(message, wanted):
        found.changed.append((message, wanted))
    elif _may_come_back(message) and wanted.ended is None and _is_timely(wanted, now):
        found.revived.append((message, wanted))


def _may_come_back(message: Message) -> bool:
    return message.state is MessageState.WITHDRAWN and message.reason not in FOR_GOOD


def withdraw(message: Message, why: Why, now: datetime) -> None:
    """The message will not be sent."""
    message.move_to(MessageState.WITHDRAWN)
    message.reason, message.settled_at = why, now


def choose_time(session: TreatmentSession, now: datetime) -> None:
    """Somebody of the clinic asks a patient to choose a time for a session."""
    patient_id = session.course.plan.patient_id
    wanted = Wanted(CHOOSE_TIME, "treatment_session", session.id, today_of(now).isoformat(), now, now + CHOICE_USEFUL)
    trigger(wanted, patient_id, now)


def new_link(old: MailLink, now: datetime) -> None:
    """A patient asks for a new link to the full text of a mail."""
    told, cycle = {"link": old.id}, f"{old.id}:{now.isoformat()}"
    trigger(Wanted(FULL_TEXT, "patient", old.patient_id, cycle, now, now + NEW_LINK_USEFUL, told), old.patient_id, now)


def trigger(wanted: Wanted, patient_id: int, now: datetime) -> None:
    """Plan a message that somebody asked for. Asked for twice it is planned once."""
    _insert([_row(wanted, clinic_queries.the_clinic(), now, patient_id=patient_id)])


def start_mailing(clinic: Clinic, now: datetime) -> int:
    """Patients get mail from now on. What was due before is not sent after the fact; returns how many those were."""
    clinic.mailing_started = True
    past = (IS_WAITING, Message.due_at <= now, Message.patient_id.is_not(None))
    done = update(Message).where(*past).values(state=MessageState.WITHDRAWN, reason=Why.BEFORE_MAILING, settled_at=now)
    return len(db.session.execute(done.returning(Message.id)).all())


def to_colleague(wanted: Wanted, staff_id: int, now: datetime) -> None:
    """One mail to somebody who works here; asking twice is asking once."""
    _insert([_row(wanted, clinic_queries.the_clinic(), now, staff_id=staff_id)])


def to_wrong_address(message: Message, now: datetime) -> None:
    """A few words to an address that a mail went to by mistake: to delete it. They name nobody; once for each mail."""
    language = message.patient.language if message.patient else ""
    wanted = Wanted(CORRECTION, "message", message.id, due_at=now, useful_until=now + CORRECTION_USEFUL, facts={"language": language})
    _insert([_row(wanted, clinic_queries.the_clinic(), now)])


def try_words(letter: str, language: str, words: Mapping[str, str], staff_id: int, now: datetime, *, full: bool) -> None:
    """A letter with these words to whoever tries them, at their own address."""
    facts = {"letter": letter, "language": language, "words": dict(words), "full": full}
    wanted = Wanted("words_test", "staff_member", staff_id, now.isoformat(), now, now + TRY_USEFUL, facts)
    _insert([_row(wanted, clinic_queries.the_clinic(), now, staff_id=staff_id)])


def _is_timely(wanted: Wanted, now: datetime) -> bool:
    """Enabling a kind, or an outage, never mails the past."""
    if wanted.ended is not None or wanted.due_at is None:
        return True
    if wanted.useful_until is not None and wanted.useful_until <= now:
        return False
    return wanted.late_ok or wanted.due_at > now - PAST


def _differs(message: Message, wanted: Wanted) -> bool:
    if wanted.due_at is None:
        return False
    now_wanted = (wanted.due_at, wanted.useful_until, wanted.facts)
    return (message.due_at, message.useful_until, message.facts) != now_wanted


def _change(message: Message, wanted: Wanted) -> None:
    """A message that was not tried yet goes at its new moment; one that was keeps its back-off."""
    if wanted.due_at is None:
        return
    if message.due_at != wanted.due_at and not message.tries:
        message.try_at = wanted.due_at
    message.due_at, message.useful_until, message.facts = wanted.due_at, wanted.useful_until, wanted.facts


def _revive(message: Message, wanted: Wanted, now: datetime) -> None:
    message.move_to(MessageState.WAITING)
    message.reason, message.settled_at, message.fenced_at = "", None, None
    message.due_at = message.try_at = wanted.due_at or now
    message.useful_until, message.facts = wanted.useful_until, wanted.facts


def _insert(rows: Sequence[Mapping[str, Any]]) -> None:
    """Write those messages that are not there already (another process may plan at this moment)."""
    if rows:
        db.session.execute(insert_or_ignore(_TABLE), rows)


def _row(
    wanted: Wanted, clinic: Clinic | None, now: datetime, *, patient_id: int | None = None, staff_id: int | None = None
) -> dict[str, Any]:
    kind, due = KINDS[wanted.kind], wanted.due_at or now
    return {
        "patient_id": patient_id, "staff_id": staff_id, "planned_at": now,
        "kind": wanted.kind, "subject_type": wanted.subject_type, "subject_id": wanted.subject_id, "cycle": wanted.cycle,
        "urgency": kind.urgency, "message_class": kind.message_class, "due_at": due,
        "try_at": due, "useful_until": wanted.useful_until, "facts": wanted.facts,
        "message_id": f"<{secrets.token_hex(16)}@{setting.mail_domain(clinic)}>",
        "state": MessageState.WITHDRAWN if wanted.ended else MessageState.WAITING, "reason": wanted.ended or "",
        "settled_at": now if wanted.ended else None,
    }  # fmt: skip
