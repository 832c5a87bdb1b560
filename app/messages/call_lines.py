"""What a person must say on the telephone, or must look at, because no mail can: lines on the worklist."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.clinic import queries as clinic_queries
from models import clock
from models.base import Base, db
from models.message import Message
from models.staff import Role
from models.task import StaffTask

CALL = "call_line"
MESSAGE = "message"


def ask(
    kind: str,
    thing: Base,
    now: datetime,
    *,
    patient_id: int | None,
    role: Role = Role.RECEPTION,
    subject_type: str = "",
    facts: dict[str, Any] | None = None,
) -> StaffTask | None:
    """Put a task on the worklist, due today; None when it is there already.

    `facts`: what the page needs to say it in words; `until` in them is the ISO moment after which it helps no more.
    """
    subject = subject_type or type(thing).__tablename__
    key = int(thing.id)  # type: ignore[attr-defined]  # every table that a task can be about has one
    if open_task(kind, subject, key) is not None:
        return None
    zone = clinic_queries.the_clinic().zone
    task = StaffTask(
        kind=kind, subject_type=subject, subject_id=key, patient_id=patient_id, for_role=role, due_on=clock.day_of(now, zone),
        facts=facts or {}, made_at=now,
    )  # fmt: skip
    db.session.add(task)
    return task


def call_about(message: Message, now: datetime, why: str) -> StaffTask | None:
    """A call to a patient whom this message does not reach by mail. Staff mails call nobody."""
    if message.patient_id is None:
        return None
    about = {"about": message.kind, "why": why, "subject": [message.subject_type, message.subject_id], **message.facts}
    if message.useful_until:
        about["until"] = message.useful_until.isoformat()
    return ask(CALL, message, now, patient_id=message.patient_id, subject_type=MESSAGE, facts=about)


def look_at(kind: str, message: Message, now: datetime, facts: dict[str, Any]) -> StaffTask | None:
    """Something went wrong with a mail: a person must look. Staff mails are looked at by the manager."""
    role = Role.RECEPTION if message.patient_id else Role.MANAGER
    return ask(kind, message, now, patient_id=message.patient_id, role=role, subject_type=MESSAGE, facts={"about": message.kind, **facts})


def open_task(kind: str, subject_type: str, subject_id: int) -> StaffTask | None:
    """The open task of a kind about a thing."""
    return db.session.scalar(
        select(StaffTask).where(
            StaffTask.kind == kind,
            StaffTask.subject_type == subject_type,
            StaffTask.subject_id == subject_id,
            StaffTask.closed_at.is_(None),
        )
    )


def is_open(message: Message) -> bool:
    """Somebody still has to call about this message."""
    return open_task(CALL, MESSAGE, message.id) is not None


def close_for_message(message: Message, now: datetime, as_: str) -> None:
    """Nobody needs to act on this message any more."""
    open_ones = select(StaffTask).where(
        StaffTask.subject_type == MESSAGE, StaffTask.subject_id == message.id, StaffTask.closed_at.is_(None)
    )
    for task in db.session.scalars(open_ones):
        task.closed_at, task.closed_as = now, as_
