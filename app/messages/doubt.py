"""How long to wait before the next try, and what to do when nobody can know whether a mail was taken (docs/rules.md)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import ColumnElement, update

from app.messages import call_lines
from app.messages.ends import Why
from models.base import db
from models.message import Message, MessageClass, MessageState
from models.task import TaskKind

Jitter = Callable[[float, float], float]
"""A random number between two; given from outside so that tests know it."""

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
SEND_AGAIN_AFTER = timedelta(minutes=15)
CHANCE: Random = secrets.SystemRandom()


def at_random(low: float, high: float) -> float:
    """What nobody can foresee, unless a story must be told twice."""
    return CHANCE.uniform(low, high)


def next_try(tries: int, now: datetime, jitter: Jitter, at_least: timedelta | None = None) -> datetime:
    """When to try again after so many tries: full jitter between a minute and a bound that doubles up to an hour."""
    bound = min(LONGEST, SHORTEST * 2 ** min(tries, 10))
    wait = timedelta(seconds=jitter(SHORTEST.total_seconds(), bound.total_seconds()))
    return now + max(wait, at_least or SHORTEST)


def let_wait(message: Message, until: datetime, why: str) -> None:
    """Nobody works on the message any more; it is tried again at this moment."""
    message.move_to(MessageState.WAITING)
    message.owner = message.lease_until = message.fenced_at = None
    message.try_at, message.reason = until, why


def call_back(*those: ColumnElement[bool]) -> None:
    """Messages on their way to the fence wait again, as if nobody had touched them: they are asked and written anew. Whoever
    carries them finds at the fence that they are not theirs any more."""
    before_the_fence = (Message.state == MessageState.CLAIMED, Message.fenced_at.is_(None))
    db.session.execute(update(Message).where(*those, *before_the_fence).values(state=MessageState.WAITING, owner=None, lease_until=None))


def in_doubt(message: Message, now: datetime) -> None:
    """The dot left and no clear answer came. Service mails go once more with the same Message-ID while they still help;
    invitations, and a second doubt, stay unknown and a person looks."""
    again = now + SEND_AGAIN_AFTER
    useful = message.useful_until is None or again < message.useful_until
    if message.message_class is not MessageClass.RECALL and message.ambiguous_count == 0 and useful:
        let_wait(message, again, Why.SEND_AGAIN)
    else:
        message.move_to(MessageState.UNKNOWN)
        message.owner = message.lease_until = None
        message.reason, message.settled_at = Why.NO_CLEAR_ANSWER, now
        call_lines.look_at(TaskKind.DELIVERY_UNKNOWN, message, now, {})
    message.ambiguous_count += 1
