"""What becomes of a message once its delivery has ended, whatever the server said (the table of docs/rules.md)."""

from __future__ import annotations

from datetime import datetime

from app.clinic import queries as clinic_queries
from app.messages import call_lines, channel, doubt
from app.messages.doubt import Jitter
from app.messages.ends import Why
from app.messages.suppressions import suppress
from app.messages.transports import Outcome, OutcomeKind
from models.base import db, locked
from models.message import Attempt, Message, MessageState
from models.task import TaskKind

TAKEN = {OutcomeKind.ACCEPTED: MessageState.SENT, OutcomeKind.FILED: MessageState.FILED}


def settle(message_pk: int, owner: str, outcome: Outcome, now: datetime, jitter: Jitter, carrier: str) -> None:
    """Write down one delivery's end, inside a transaction; `carrier`: the name of what carried it.

    A late answer to a message that others took over only adds to it.
    """
    message = locked(Message, message_pk)
    if message is None:
        return
    _keep_attempt(message, outcome, now)
    if message.state is MessageState.CLAIMED and message.owner == owner:
        _settle_ours(message, outcome, now, jitter, carrier)
    elif outcome.kind is OutcomeKind.ACCEPTED:
        _taken_after_all(message, now)


def _keep_attempt(message: Message, outcome: Outcome, now: datetime) -> None:
    enhanced = f"{outcome.enhanced} " if outcome.enhanced and not outcome.text.startswith(outcome.enhanced) else ""
    said = (enhanced + outcome.text)[:500]
    message.tries += 1
    db.session.add(Attempt(message_pk=message.id, at=now, outcome=outcome.kind, phase=outcome.phase, code=outcome.code, text=said))


def _settle_ours(message: Message, outcome: Outcome, now: datetime, jitter: Jitter, carrier: str) -> None:
    if outcome.kind in TAKEN:
        channel.accepted(now, carrier)
        _taken(message, TAKEN[outcome.kind], now)
    elif outcome.kind is OutcomeKind.RETRY:
        channel.rest(outcome, now, carrier)
        doubt.let_wait(message, doubt.next_try(message.tries, now, jitter, outcome.retry_after), Why.TRY_AGAIN)
    elif outcome.kind is OutcomeKind.AMBIGUOUS:
        doubt.in_doubt(message, now)
    elif outcome.kind is OutcomeKind.MISCONFIGURED:
        channel.stop(outcome, now, carrier)
        doubt.let_wait(message, now, Why.CHANNEL_STOPPED)
    elif outcome.kind is OutcomeKind.REFUSED_ADDRESS:
        suppress(message.address, outcome.text, now)
        fail(message, Why.ADDRESS_REFUSED, now, TaskKind.BAD_ADDRESS)
    elif outcome.kind is OutcomeKind.REFUSED_MESSAGE:
        _refused(message, outcome, now, carrier)
    # Fenced off: the lease was over. Recovery, or whoever took the message over, decides what becomes of it.


def _taken(message: Message, state: MessageState, now: datetime) -> None:
    message.move_to(state)
    message.owner = message.lease_until = None
    message.reason, message.settled_at = "", now
    if state is MessageState.FILED:
        message.reason = Why.FILED_HERE
        if not clinic_queries.the_clinic().demo:  # nobody was mailed: somebody must call
            call_lines.call_about(message, now, Why.FILED_HERE)


def fail(message: Message, why: Why, now: datetime, task: TaskKind) -> None:
    """The message cannot be delivered; a person must look."""
    message.move_to(MessageState.FAILED)
    message.owner = message.lease_until = None
    message.reason, message.settled_at = why, now
    call_lines.look_at(task, message, now, {"why": why})


def _refused(message: Message, outcome: Outcome, now: datetime, carrier: str) -> None:
    """One refusal is the message's own; three in a row on different addresses are ours, and then all of them wait again."""
    fail(message, Why.REFUSED, now, TaskKind.MAIL_FAILED)
    for pk in channel.refused(message, outcome, now, carrier):
        blamed = locked(Message, pk)
        if blamed is not None and blamed.state is MessageState.FAILED:
            blamed.move_to(MessageState.WAITING)
            blamed.reason, blamed.settled_at, blamed.try_at, blamed.fenced_at = Why.CHANNEL_STOPPED, None, now, None
            call_lines.close_for_messages([blamed], now, "tried again")


def _taken_after_all(message: Message, now: datetime) -> None:
    """The server's answer came after we had given up on it."""
    if message.state is MessageState.WAITING:
        message.move_to(MessageState.CLAIMED)
    if message.state in (MessageState.UNKNOWN, MessageState.CLAIMED) and message.owner is None:
        message.move_to(MessageState.SENT)
        message.reason, message.settled_at = "", now
        call_lines.close_for_messages([message], now, "sent after all")
