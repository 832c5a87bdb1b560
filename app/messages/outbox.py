"""How a waiting message leaves: claimed once, asked once more, written from today's data, handed over behind a fence, settled.

Any number of processes may do this at the same time. The database is never held open while the mail server is talked to;
before the final dot every failure is safe to repeat, and after it the mark `fenced_at` says that nobody can know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from app.clinic import queries as clinic_queries
from app.messages import doubt, readiness, settling
from app.messages.carriers import Carrier
from app.messages.doubt import Jitter
from app.messages.ends import Why
from app.messages.patient_facts import facts_of_all
from app.messages.transports import Envelope, Outcome, Timeouts, Transport
from models import clock
from models.base import db, durable, locked, transaction
from models.message import IS_WAITING, Message, MessageState
from models.patient import Patient

LEASE = timedelta(seconds=Timeouts().longest()) + timedelta(minutes=5)
"""Longer than one delivery can take at the very worst."""
AT_ONE_GO = 200
AT_ONE_CLAIM = 10
"""Few: while their letters are written, nobody else writes on SQLite."""
log = structlog.get_logger("messages")


@dataclass(frozen=True)
class Claimed:
    """A message that is ours to send, written and ready to leave."""

    message_pk: int
    owner: str
    carrier: Carrier
    envelope: Envelope


def claim_next(now: datetime, owner: str) -> Claimed | None:
    """Claim the next message that is due and wanted, and write it. None when nothing more is to be sent now."""
    return next(iter(claim(now, owner, 1)), None)


def claim(now: datetime, owner: str, at_most: int = AT_ONE_CLAIM) -> list[Claimed]:
    """Claim some messages that are due and wanted, at most one a patient, and write them. Empty when nothing more is to be sent now.

    Messages that are due but may not go are ended or put off on the way.
    """
    while True:
        with transaction():
            messages = _claim(now, owner, at_most)
            facts = facts_of_all({message.patient_id for message in messages if message.patient_id is not None}, now) if messages else {}
            letters = [(message, readiness.write(message, facts.get(message.patient_id or 0), now)) for message in messages]
            claimed = [Claimed(message.id, owner, letter.carrier, letter.envelope) for message, letter in letters if letter]
        if claimed or not messages:
            return claimed


def put_back(claimed: Iterable[Claimed]) -> None:
    """Messages that were claimed and will not be tried now wait again, as if nobody had touched them."""
    for one in claimed:
        with transaction():
            doubt.call_back(Message.id == one.message_pk, Message.owner == one.owner)


def deliver(
    claimed: Claimed, way: Transport, *, tell_time: Callable[[], datetime] = clock.now, jitter: Jitter = doubt.at_random
) -> Outcome:
    """Hand one claimed message over and write down what came of it."""

    def fence() -> bool:
        return _still_ours(claimed, tell_time())

    outcome = way.deliver(claimed.envelope, fence)
    now = tell_time()
    with transaction():
        settling.settle(claimed.message_pk, claimed.owner, outcome, now, jitter, claimed.carrier.name)
    log.info("mail", kind=outcome.kind, phase=outcome.phase, code=outcome.code, message_id=claimed.message_pk)
    return outcome


def recover(now: datetime) -> int:
    """Free the messages of processes that died: not at the dot yet, they wait again; at the dot, they are in doubt."""
    over = select(Message.id).where(Message.state == MessageState.CLAIMED, Message.lease_until < now).limit(AT_ONE_GO)
    freed = 0
    for pk in db.session.scalars(over).all():
        with transaction():
            message = locked(Message, pk)
            if message is not None and message.state is MessageState.CLAIMED and message.lease_until and message.lease_until < now:
                _free(message, now)
                freed += 1
    return freed


def end_what_is_over(now: datetime) -> int:
    """Waiting messages that help no more are missed, also while the channel stands still."""
    ended = 0
    for pk in _over(now):
        with transaction():
            message = locked(Message, pk)
            if message is not None and message.state is MessageState.WAITING and message.useful_until and message.useful_until <= now:
                readiness.miss(message, Why.TOO_LATE, now)
                ended += 1
    return ended


def _over(now: datetime) -> Sequence[int]:
    query = select(Message.id).where(IS_WAITING, Message.due_at <= now, Message.useful_until <= now)
    return db.session.scalars(query.limit(AT_ONE_GO)).all()


def _claim(now: datetime, owner: str, at_most: int) -> list[Message]:
    """One statement takes the rows, whoever else tries: compare and set. Empty when nothing is due.

    Their patients are kept from others first, as by whoever changes something about a patient: in two orders, two would wait for
    each other; and two mails to one person are never weighed at the same moment.
    """
    while due := _due(now, at_most):
        _keep_from_others([patient_id for patient_id in due.values() if patient_id is not None])
        taken = update(Message).where(Message.id.in_(due), IS_WAITING, Message.try_at <= now)
        taken = taken.values(state=MessageState.CLAIMED, owner=owner, lease_until=now + LEASE, fenced_at=None)
        ours = db.session.scalars(taken.returning(Message.id).execution_options(synchronize_session=False)).all()
        if ours:  # else others took them meanwhile
            query = select(Message).where(Message.id.in_(ours)).order_by(Message.try_at, Message.id)
            query = query.options(selectinload(Message.body))
            return list(db.session.scalars(query.execution_options(populate_existing=True)))
    return []


def _due(now: datetime, at_most: int) -> dict[int, int | None]:
    """The messages whose time has come, the oldest first, at most one of each patient; with their patients."""
    clinic = clinic_queries.clinic_or_none()
    if clinic is None:
        return {}
    query = select(Message.id, Message.patient_id).where(IS_WAITING, Message.try_at <= now)
    if not clinic.mailing_started:
        query = query.where(Message.patient_id.is_(None))
    found, seen = dict[int, int | None](), set[int | None]()
    for key, patient_id in db.session.execute(query.order_by(Message.try_at, Message.id).limit(at_most)):
        if patient_id is None or patient_id not in seen:
            found[key] = patient_id
            seen.add(patient_id)
    return found


def _keep_from_others(patient_ids: Sequence[int]) -> None:
    query = select(Patient.id).where(Patient.id.in_(patient_ids)).order_by(Patient.id).with_for_update()
    if patient_ids:
        db.session.execute(query)


def _still_ours(claimed: Claimed, now: datetime) -> bool:
    """Mark, on the disk, that the final dot may leave from now on. False when the lease is over: then it must not."""
    ours = (Message.id == claimed.message_pk, Message.state == MessageState.CLAIMED, Message.owner == claimed.owner)
    marked = update(Message).where(*ours, Message.lease_until > now).values(fenced_at=now)
    with durable(), transaction():
        return db.session.scalar(marked.returning(Message.id).execution_options(synchronize_session=False)) is not None


def _free(message: Message, now: datetime) -> None:
    if message.fenced_at is None:
        doubt.let_wait(message, now, Why.TRY_AGAIN)
    else:
        doubt.in_doubt(message, now)
