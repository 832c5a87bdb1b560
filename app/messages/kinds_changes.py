"""Mails about visits booked, moved, cancelled or paused: one for everything that was changed in one act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from app.messages import changes
from app.messages.changes import Net, News
from app.messages.ends import Why
from app.messages.kind import Kind, Wanted
from app.messages.patient_facts import PatientFacts
from models.appointment import LIVE
from models.base import db
from models.message import ChangeSet, Message, MessageClass, MessageState, Urgency

SUMMARY_USEFUL = timedelta(days=2)
PAUSED_USEFUL = timedelta(days=7)
NEVER_LEFT = (MessageState.WAITING, MessageState.CLAIMED, MessageState.WITHDRAWN, MessageState.MISSED)


def _wanted(facts: PatientFacts, name: str) -> Iterable[Wanted]:
    for news in facts.news:
        if news.lines and _kind_of(news, facts) == name:
            yield _mail(name, news, facts)


def _kind_of(news: News, facts: PatientFacts) -> str:
    """Only bookings, only cancellations, or else a change; whole plans and pauses have their own words."""
    if all(line.old is None for line in news.lines):
        return "booked" if _first_of_plan(news, facts) is None else "plan_summary"
    if all(line.new is None for line in news.lines):
        paused = any(one.because_of_hold and facts.plan_held(one.plan_id) for one in news.gathered)
        return "paused" if paused else "cancelled"
    return "moved"


def _first_of_plan(news: News, facts: PatientFacts) -> int | None:
    """The plan of which this set books the first two or more visits, all in one act; None otherwise."""
    plans = {line.visit.plan_id for line in news.lines}
    plan_id = next(iter(plans))
    if len(plans) > 1 or plan_id is None or _booked(news, facts, plan_id) < 2:
        return None
    before = [m for m in facts.messages if m.kind == "plan_summary" and m.facts.get("plan") == plan_id and m.subject_id != news.top.id]
    return None if any(message.state not in NEVER_LEFT for message in before) else plan_id


def _booked(news: News, facts: PatientFacts, plan_id: int) -> int:
    """How many visits of the plan it books that stand: one that has begun meanwhile too."""
    booked = {change.appointment_id for one in news.gathered for change in one.changes if change.old_start is None}
    return sum(visit.row.id in booked and visit.row.plan_id == plan_id and visit.row.state in LIVE for visit in facts.visits)


def _mail(name: str, news: News, facts: PatientFacts) -> Wanted:
    due = max(one.mail_after for one in (*news.gathered, news.top))
    last = max(line.new or line.old or facts.now for line in news.lines)
    until = {"plan_summary": due + SUMMARY_USEFUL, "paused": due + PAUSED_USEFUL}.get(name, last)
    plan_id = _first_of_plan(news, facts) if name == "plan_summary" else news.top.plan_id
    told = {"changes": [_line(line) for line in news.lines], "plan": plan_id}
    return Wanted(name, changes.SUBJECT, news.top.id, due_at=due, useful_until=until, late_ok=True, facts=told)


def _line(line: Net) -> dict[str, Any]:
    return {
        "visit": line.visit.id,
        "old": line.old.isoformat() if line.old else None,
        "new": line.new.isoformat() if line.new else None,
    } | ({"stays": True} if line.old == line.new else {})


def _why_gone(message: Message, facts: PatientFacts) -> Why:
    one = db.session.get(ChangeSet, message.subject_id)
    if one is None or one.undone_at is not None:
        return Why.UNDONE
    return Why.REPLACED if one.taken_into_id is not None else Why.NOTHING_TO_TELL


def _change(name: str) -> Kind:
    def wanted(facts: PatientFacts) -> Iterable[Wanted]:
        return _wanted(facts, name)

    return Kind(name, changes.SUBJECT, Urgency.CHANGE, MessageClass.SERVICE, wanted, _why_gone)


KINDS = tuple(_change(name) for name in ("plan_summary", "booked", "moved", "cancelled", "paused"))
