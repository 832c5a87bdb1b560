"""Mails to people who work here: their links, a patient who asked for a call when the clinic is closed, the numbers of the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app import tasks
from app.clinic import on_call
from app.clinic import queries as clinic_queries
from app.messages import planner
from app.messages.kind import Wanted
from app.messages.kinds_people import ON_CALL
from models import clock
from models.base import db
from models.message import Message, MessageState
from models.staff import Role, StaffLink, StaffMember
from models.task import StaffTask

COLLEAGUE = StaffMember.__tablename__
OF_LINKS = ("staff_invite", "staff_reset")
UNOPENED = timedelta(minutes=30)
"""A request that nobody has opened for so long is brought before the managers."""
REQUEST_USEFUL = timedelta(hours=12)
ASKED, UNOPENED_STILL = "asked", "unopened"


def plan(now: datetime) -> None:
    """Everything that colleagues must be told of by now, inside the caller's transaction. Asking twice is asking once."""
    if clinic_queries.clinic_or_none() is not None:
        plan_links(now)
        escalate(now)


def plan_links(now: datetime) -> int:
    """A link by which a colleague chooses a password calls for one mail. Returns how many were planned."""
    said = or_(
        Message.planned_at >= StaffLink.made_at,
        Message.settled_at >= StaffLink.made_at,  # the link that was made while that mail was written
        Message.state.in_((MessageState.WAITING, MessageState.CLAIMED)),
    )
    theirs = (Message.subject_type == COLLEAGUE, Message.subject_id == StaffLink.staff_id)
    mailed = select(Message.id).where(*theirs, Message.kind.in_(OF_LINKS), said).exists()
    found = db.session.scalars(select(StaffLink).where(StaffLink.used_at.is_(None), StaffLink.expires_at > now, ~mailed)).all()
    for link in found:
        kind = "staff_reset" if link.staff.password_hash else "staff_invite"
        planner.to_colleague(Wanted(kind, COLLEAGUE, link.staff_id, f"l{link.id}", now, link.expires_at), link.staff_id, now)
    return len(found)


def asked_to_be_called(task: StaffTask, now: datetime) -> None:
    """A patient asks for a call. Outside opening hours whoever is on call is told at once; where nobody is, the managers."""
    there = clock.local(now, clinic_queries.the_clinic().zone)
    if clinic_queries.somebody_answers(there):
        return
    duty = on_call.at(now)
    _tell([duty.staff] if duty else _managers(), task, now, alone=duty is None)


def escalate(now: datetime) -> None:
    """Requests that went to whoever is on call and that nobody has opened since are brought before the managers."""
    told = select(Message.id).where(
        Message.subject_type == StaffTask.__tablename__, Message.subject_id == StaffTask.id, Message.kind == ON_CALL
    )
    escalated = told.where(Message.cycle.startswith(UNOPENED_STILL))
    waiting = select(StaffTask).where(
        StaffTask.closed_at.is_(None), StaffTask.made_at > now - REQUEST_USEFUL, StaffTask.made_at <= now - UNOPENED
    )
    for task in db.session.scalars(waiting.where(told.exists(), ~escalated.exists())).all():
        if not tasks.was_opened(task):
            _tell(_managers(), task, now, UNOPENED_STILL, alone=on_call.at(task.made_at) is None)


def _tell(people: Iterable[StaffMember], task: StaffTask, now: datetime, why: str = ASKED, *, alone: bool) -> None:
    """`alone`: nobody was on call, so nobody but these people knows."""
    until, told = task.made_at + REQUEST_USEFUL, {"unopened": why == UNOPENED_STILL, "alone": alone}
    for person in people:
        wanted = Wanted(ON_CALL, StaffTask.__tablename__, task.id, f"{why}:{person.id}", now, until, told)
        planner.to_colleague(wanted, person.id, now)


def _managers() -> list[StaffMember]:
    active = db.session.scalars(select(StaffMember).where(StaffMember.active).order_by(StaffMember.id))
    return [person for person in active if person.has_role(Role.MANAGER)]
