"""Whether what one carrier takes may leave at all: what stops it, and who lets it go on. While it is stopped every row keeps waiting."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.messages.transports import Outcome, Phase, Transport
from models.base import db, transaction
from models.message import ChannelState, Message, MessageState

MAIL = "mail"
LOOK_AGAIN = timedelta(minutes=10)
"""After a configuration error the server is asked again this often whether it would work now."""
BREATHER = timedelta(minutes=1)
"""After a server could not be reached nothing is tried for this long."""
REFUSALS = 3
"""So many refused messages in a row, on different addresses, are not the messages' fault (docs/rules.md)."""
FLOOR, TIMES_USUAL, USUAL_OVER = 200, 3, timedelta(days=14)
DAY = timedelta(days=1)
VOLUME = "volume"
"""Why the channel stands still when much more than usual would go: a person must look."""
REFUSED = "refused"
BEFORE_THE_MESSAGE = {Phase.CONNECT, Phase.TLS, Phase.BANNER, Phase.HELLO, Phase.STARTTLS, Phase.AUTH, Phase.FOLDER}
CLOSING = 421


def state(name: str = MAIL) -> ChannelState:
    """A carrier's channel as it is; made on first use, inside a transaction."""
    row = db.session.get(ChannelState, name, with_for_update=True)
    if row is None:
        row = ChannelState(name=name, why="", refused_in_a_row=[])
        db.session.add(row)
        db.session.flush()
    return row


def is_still(now: datetime, name: str = MAIL) -> bool:
    """Nothing may be tried at this moment."""
    row = db.session.get(ChannelState, name)
    return row is not None and (row.stopped_at is not None or (row.try_again_at is not None and now < row.try_again_at))


def may_send(way: Transport, now: datetime, name: str = MAIL) -> bool:
    """It may be tried now. A channel stopped by a configuration error is looked at again from time to time."""
    with transaction():  # ended before the mail server is asked: the database is never held open meanwhile
        row = db.session.get(ChannelState, name)
        stopped, again = (row.stopped_at, row.try_again_at) if row else (None, None)
    if again is not None and now < again:
        return False
    if stopped is None:
        return True
    return again is not None and _works_again(way, now, name)


def _works_again(way: Transport, now: datetime, name: str) -> bool:
    trouble = way.check()
    with transaction():
        row = state(name)
        if trouble is None:
            open_again(now, row)
        else:
            row.why, row.try_again_at = _said(trouble), now + LOOK_AGAIN
    return trouble is None


def open_again(now: datetime, row: ChannelState | None = None) -> None:
    """The channel goes on: the server works again, or a person has looked."""
    row = row or state()
    row.stopped_at = row.try_again_at = None
    row.why, row.refused_in_a_row, row.opened_at = "", [], now


def stop(outcome: Outcome, now: datetime, name: str) -> None:
    """The server does not work for us at all: nothing more is tried until it does."""
    row = state(name)
    row.stopped_at, row.why, row.try_again_at = row.stopped_at or now, _said(outcome), now + LOOK_AGAIN


def rest(outcome: Outcome, now: datetime, name: str) -> bool:
    """After a server that could not be reached: a short rest for the whole channel. False: it was about one message only."""
    if outcome.phase not in BEFORE_THE_MESSAGE and outcome.code != CLOSING:
        return False
    row = state(name)
    row.try_again_at, row.why = now + BREATHER, _said(outcome)
    return True


def accepted(now: datetime, name: str) -> None:
    """Something was taken: whatever was refused before was refused for its own sake."""
    row = state(name)
    row.accepted_at, row.refused_in_a_row, row.why, row.try_again_at = now, [], "", None


def refused(message: Message, outcome: Outcome, now: datetime, name: str) -> list[int]:
    """Count a refused message. Three in a row on different addresses stop the channel: the ids of those messages, else none."""
    row = state(name)
    mark = f"{message.id}:{message.address}"
    in_a_row = [one for one in row.refused_in_a_row if one.partition(":")[2] != message.address]
    row.refused_in_a_row = [*in_a_row, mark]
    if len(row.refused_in_a_row) < REFUSALS:
        return []
    blamed = [int(one.partition(":")[0]) for one in row.refused_in_a_row]
    row.stopped_at, row.try_again_at, row.why, row.refused_in_a_row = now, None, f"{REFUSED}: {_said(outcome)}"[:500], []
    return blamed


def room_left(now: datetime) -> bool:
    """Not more than three times the usual day (at least 200) went in the last day, or since a person let it go on.

    Otherwise the channel is stopped, inside the caller's transaction.
    """
    row = state()
    since = max(now - DAY, row.opened_at or now - DAY)
    usual = _went(now - USUAL_OVER, now) / USUAL_OVER.days
    if _went(since, now) < max(FLOOR, TIMES_USUAL * usual):
        return True
    row.stopped_at, row.why, row.try_again_at = now, VOLUME, None
    return False


def _went(since: datetime, until: datetime) -> int:
    went = (Message.state.in_((MessageState.SENT, MessageState.BOUNCED)), Message.settled_at >= since, Message.settled_at <= until)
    return db.session.scalar(select(func.count()).select_from(Message).where(*went)) or 0


def _said(outcome: Outcome) -> str:
    code = f"{outcome.code} " if outcome.code else ""
    return f"{outcome.phase}: {code}{outcome.text}"[:500]
