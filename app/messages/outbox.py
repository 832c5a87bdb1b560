"""How a waiting message leaves: claimed once, asked once more, written from today's data, handed over behind a fence, settled.

Any number of processes may do this at the same time. The database is never held open while the mail server is talked to;
before the final dot every failure is safe to repeat, and after it the mark `fenced_at` says that nobody can know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update

from app.clinic import queries as clinic_queries
from app.messages import doubt, readiness, settling
from app.messages.doubt import Jitter
from app.messages.ends import Why
from app.messages.readiness import Letter
from app.messages.transports import Envelope, EnvelopeError, Outcome, Timeouts, Transport
from models import clock
from models.base import db, durable, locked, transaction
from models.message import Message, MessageState

LEASE = timedelta(seconds=Timeouts().longest()) + timedelta(minutes=5)
"""Longer than one delivery can take at the very worst."""
AT_ONE_GO = 200
log = structlog.get_logger("messages")


@dataclass(frozen=True)
class Claimed:
    """A message that is ours to send, written and ready to leave."""

    message_pk: int
    owner: str
    envelope: Envelope


def claim_next(now: datetime, owner: str) -> Claimed | None:
    """Claim the next message that is due and wanted, and write it. None when nothing more is to be sent now.

    Messages that are due but may not go are ended or put off on the way, each in a transaction of its own.
    """
    while True:
        with transaction():
            message = _claim(now, owner)
            if message is None:
                return None
            letter = readiness.write(message, now)
            claimed = _sealed(message, letter, owner, now) if letter else None
        if claimed is not None:
            return claimed


def deliver(
    claimed: Claimed, way: Transport, *, tell_time: Callable[[], datetime] = clock.now, jitter: Jitter = doubt.at_random
) -> Outcome:
    """Hand one claimed message over and write down what came of it."""

    def fence() -> bool:
        return _still_ours(claimed, tell_time())

    outcome = way.deliver(claimed.envelope, fence)
    now = tell_time()
    with transaction():
        settling.settle(claimed.message_pk, claimed.owner, outcome, now, jitter)
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
    over = select(Message.id).where(Message.state == MessageState.WAITING, Message.useful_until <= now).limit(AT_ONE_GO)
    ended = 0
    for pk in db.session.scalars(over).all():
        with transaction():
            message = locked(Message, pk)
            if message is not None and message.state is MessageState.WAITING and message.useful_until and message.useful_until <= now:
                readiness.miss(message, Why.TOO_LATE, now)
                ended += 1
    return ended


def _claim(now: datetime, owner: str) -> Message | None:
    """One statement takes one row, whoever else tries: compare and set, and on PostgreSQL past the rows others hold."""
    clinic = clinic_queries.clinic_or_none()
    if clinic is None:
        return None
    due = select(Message.id).where(Message.state == MessageState.WAITING, Message.try_at <= now)
    if not clinic.mailing_started:
        due = due.where(Message.patient_id.is_(None))
    one = due.order_by(Message.try_at, Message.id).limit(1).with_for_update(skip_locked=True).scalar_subquery()
    taken = update(Message).where(Message.id == one, Message.state == MessageState.WAITING)
    taken = taken.values(state=MessageState.CLAIMED, owner=owner, lease_until=now + LEASE, fenced_at=None)
    pk = db.session.scalar(taken.returning(Message.id).execution_options(synchronize_session=False))
    return locked(Message, pk) if pk is not None else None


def _sealed(message: Message, letter: Letter, owner: str, now: datetime) -> Claimed | None:
    """The letter in its envelope; an address that cannot stand on one fails the message."""
    try:
        envelope = Envelope(letter.sender, letter.recipient, message.message_id, letter.data)
    except EnvelopeError:
        settling.fail(message, Why.ADDRESS_UNUSABLE, now, "address_bounced")
        return None
    message.address = letter.recipient
    return Claimed(message.id, owner, envelope)


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
