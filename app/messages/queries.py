"""The outbox as the pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ScalarSelect, Select, and_, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.inbound import IS_TO_LOOK_AT, IncomingMail
from models.message import IS_WAITING, Attempt, Message, MessageState, Urgency

A_PAGE = 50
RECENT = timedelta(days=14)
"""So long a mail that ended is counted, in the menu and on the tabs."""
NEXT_DAYS = timedelta(days=7)
"""So far ahead what is due is counted."""


class Tab(StrEnum):
    DUE = "due"
    GRACE = "grace"
    SENT = "sent"
    FILED = "filed"
    FAILED = "failed"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"
    BOUNCED = "bounced"


ENDED = {tab: MessageState(tab.value) for tab in Tab if tab not in (Tab.DUE, Tab.GRACE)}


@dataclass(frozen=True)
class Page:
    """Some messages of a tab, what came of the last try of each, and the last one's id where more follow.

    `uncounted`: the first of those that lie too far ahead or back for the number on the tab.
    """

    messages: Sequence[Message]
    tries: Mapping[int, Attempt]
    after: int | None
    uncounted: int | None


def page(tab: Tab, now: datetime, *, patient_id: int | None = None, after: int | None = None) -> Page:
    """The messages of a tab: those to come soonest first, those that ended latest first. `after`: the last one seen.

    What is being sent at this moment stands before what is due.
    """
    last = db.session.get(Message, after) if after else None
    mine = _of(tab, now) if patient_id is None else _of(tab, now).where(Message.patient_id == patient_id)
    found = list(db.session.scalars(_in_order(mine, tab, last).options(joinedload(Message.patient)).limit(A_PAGE + 1)))
    more = found[A_PAGE - 1].id if len(found) > A_PAGE else None
    shown = [*(_leaving(patient_id) if tab is Tab.DUE and last is None else ()), *found[:A_PAGE]]
    uncounted = next((one.id for one in found[:A_PAGE] if not _is_counted(one, tab, now)), None)
    return Page(shown, _last_tries(shown), more, uncounted)


def numbers(now: datetime, *, patient_id: int | None = None) -> dict[Tab, int]:
    """How many stand in each tab: of those to come the ones of the next days, of those that ended the ones of the last weeks."""
    mine = () if patient_id is None else (Message.patient_id == patient_id,)
    ended = select(Message.state, func.count()).where(Message.state.in_(ENDED.values()), Message.due_at >= _since(now.date()), *mine)
    counted = dict(db.session.execute(ended.group_by(Message.state)).all())
    coming = {tab: _of(tab, now).where(Message.try_at <= now + NEXT_DAYS, *mine) for tab in (Tab.DUE, Tab.GRACE)}
    ahead = {tab: db.session.scalar(select(func.count()).select_from(query.subquery())) or 0 for tab, query in coming.items()}
    return ahead | {tab: counted.get(state, 0) for tab, state in ENDED.items()}


def message(message_id: int) -> Message | None:
    """A message with its attempts and its text."""
    query = select(Message).where(Message.id == message_id)
    return db.session.scalar(query.options(joinedload(Message.patient), selectinload(Message.attempts), joinedload(Message.body)))


def to_look_at(today: date) -> ScalarSelect[int]:
    """The question how many mails failed, or nobody knows whether they arrived, in the last two weeks."""
    states = (MessageState.FAILED, MessageState.BOUNCED, MessageState.UNKNOWN)
    return select(func.count()).where(Message.state.in_(states), Message.due_at >= _since(today)).scalar_subquery()


def coming_by_kind(now: datetime) -> list[tuple[str, int]]:
    """How many of each kind would go to patients in the next seven days, most first."""
    span = (IS_WAITING, Message.patient_id.is_not(None), Message.try_at.between(now, now + NEXT_DAYS))
    query = select(Message.kind, func.count()).where(*span).group_by(Message.kind).order_by(func.count().desc(), Message.kind)
    return [(kind, n) for kind, n in db.session.execute(query)]


def belong_to_nobody() -> int:
    """How many mails came in that belong to no patient, and nobody has dealt with."""
    return db.session.scalar(select(func.count()).select_from(IncomingMail).where(IS_TO_LOOK_AT)) or 0


def _is_counted(message: Message, tab: Tab, now: datetime) -> bool:
    return message.due_at >= _since(now.date()) if tab in ENDED else message.try_at <= now + NEXT_DAYS


def _of(tab: Tab, now: datetime) -> Select[Message]:
    if tab in ENDED:
        return select(Message).where(Message.state == ENDED[tab])
    grace = and_(Message.urgency == Urgency.CHANGE, Message.due_at > now)
    return select(Message).where(IS_WAITING, grace if tab is Tab.GRACE else ~grace)


def _in_order(query: Select[Message], tab: Tab, last: Message | None) -> Select[Message]:
    """From the last one seen on. Both orders are those of an index, so that a page costs the same however long the outbox is."""
    if tab in ENDED:
        query = query.order_by(Message.due_at.desc(), Message.id.desc())
        return query.where(tuple_(Message.due_at, Message.id) < (last.due_at, last.id)) if last else query
    query = query.order_by(Message.try_at, Message.id)
    return query.where(tuple_(Message.try_at, Message.id) > (last.try_at, last.id)) if last else query


def _leaving(patient_id: int | None) -> Sequence[Message]:
    query = select(Message).where(Message.state == MessageState.CLAIMED).options(joinedload(Message.patient))
    mine = query if patient_id is None else query.where(Message.patient_id == patient_id)
    return db.session.scalars(mine.order_by(Message.lease_until, Message.id).limit(A_PAGE)).all()


def _last_tries(messages: Sequence[Message]) -> dict[int, Attempt]:
    tried = [message.id for message in messages if message.tries]
    latest = select(func.max(Attempt.id)).where(Attempt.message_pk.in_(tried)).group_by(Attempt.message_pk)
    return {one.message_pk: one for one in db.session.scalars(select(Attempt).where(Attempt.id.in_(latest)))} if tried else {}


def _since(today: date) -> datetime:
    """From when on a mail that ended is counted; the same all day."""
    return datetime.combine(today, time(0), UTC) - RECENT
