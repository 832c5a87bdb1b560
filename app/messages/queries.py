"""The outbox as the pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.message import Message, MessageState, Urgency

A_PAGE = 50
RECENT = timedelta(days=14)
"""So long a failed mail is counted in the menu."""
NEXT_DAYS = timedelta(days=7)


class Tab(StrEnum):
    DUE = "due"
    GRACE = "grace"
    SENT = "sent"
    FILED = "filed"
    FAILED = "failed"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


ENDED: dict[Tab, tuple[MessageState, ...]] = {
    Tab.SENT: (MessageState.SENT,),
    Tab.FILED: (MessageState.FILED,),
    Tab.FAILED: (MessageState.FAILED, MessageState.BOUNCED),
    Tab.MISSED: (MessageState.MISSED,),
    Tab.WITHDRAWN: (MessageState.WITHDRAWN,),
    Tab.UNKNOWN: (MessageState.UNKNOWN,),
}
COUNTED = (Tab.GRACE, Tab.FAILED, Tab.UNKNOWN)


@dataclass(frozen=True)
class Page:
    """Some messages of a tab, and the last one's id where more follow."""

    messages: Sequence[Message]
    after: int | None


def page(tab: Tab, now: datetime, *, patient_id: int | None = None, after: int | None = None) -> Page:
    """The messages of a tab: those to come soonest first, those that ended latest first. `after`: the last one seen."""
    query = _of(tab, now).options(joinedload(Message.patient))
    if patient_id is not None:
        query = query.where(Message.patient_id == patient_id)
    last = db.session.get(Message, after) if after else None
    if tab in ENDED:
        query = query.order_by(Message.due_at.desc(), Message.id.desc())
        query = query.where(_before(last)) if last else query
    else:
        query = query.order_by(Message.try_at, Message.id)
        query = query.where(_behind(last)) if last else query
    found = db.session.scalars(query.limit(A_PAGE + 1)).all()
    return Page(found[:A_PAGE], found[A_PAGE - 1].id if len(found) > A_PAGE else None)


def numbers(now: datetime) -> dict[Tab, int]:
    """How many stand in the tabs that somebody should look at."""
    return {tab: db.session.scalar(select(func.count()).select_from(_recent(tab, now).subquery())) or 0 for tab in COUNTED}


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
    span = (Message.state == MessageState.WAITING, Message.patient_id.is_not(None), Message.try_at.between(now, now + NEXT_DAYS))
    query = select(Message.kind, func.count()).where(*span).group_by(Message.kind).order_by(func.count().desc(), Message.kind)
    return [(kind, n) for kind, n in db.session.execute(query)]


def _of(tab: Tab, now: datetime) -> Select[Message]:
    query = select(Message)
    if tab in ENDED:
        return query.where(Message.state.in_(ENDED[tab]))
    grace = and_(Message.urgency == Urgency.CHANGE, Message.due_at > now)
    if tab is Tab.GRACE:
        return query.where(Message.state == MessageState.WAITING, grace)
    return query.where(or_(Message.state == MessageState.CLAIMED, and_(Message.state == MessageState.WAITING, ~grace)))


def _recent(tab: Tab, now: datetime) -> Select[Message]:
    return _of(tab, now) if tab is Tab.GRACE else _of(tab, now).where(Message.due_at >= _since(now.date()))


def _since(today: date) -> datetime:
    """From when on a failed mail is counted; the same all day."""
    return datetime.combine(today, time(0), UTC) - RECENT


def _before(last: Message) -> ColumnElement[bool]:
    return or_(Message.due_at < last.due_at, and_(Message.due_at == last.due_at, Message.id < last.id))


def _behind(last: Message) -> ColumnElement[bool]:
    return or_(Message.try_at > last.try_at, and_(Message.try_at == last.try_at, Message.id > last.id))
