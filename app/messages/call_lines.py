"""What a person must say on the telephone, or must look at, because no mail can: lines on the worklist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app import tasks
from app.today import today_of
from models.base import Base
from models.message import Message
from models.staff import Role
from models.task import StaffTask, TaskKind

MUST_BE_TOLD = frozenset({"lot_recall"})
"""Kinds that go whatever the patient stopped; whoever such a mail does not reach is called."""


def ask(
    kind: TaskKind, thing: Base, now: datetime, *, patient_id: int | None, role: Role = Role.RECEPTION, facts: dict[str, Any] | None = None
) -> StaffTask | None:
    """Put a task on the worklist, due today; None when it is there already.

    `facts`: what the page needs to say it in words; `until` in them is the ISO moment after which it helps no more.
    """
    today = today_of(now)
    return tasks.ask(kind, thing, now, patient_id=patient_id, due_on=today, role=role, facts=facts)


def call_about(message: Message, now: datetime, why: str) -> StaffTask | None:
    """A call to a patient whom this message does not reach by mail. Staff mails call nobody."""
    if message.patient_id is None:
        return None
    about = {"about": message.kind, "why": why, "subject": [message.subject_type, message.subject_id], **message.facts}
    if message.useful_until:
        about["until"] = message.useful_until.isoformat()
    return ask(TaskKind.CALL, message, now, patient_id=message.patient_id, facts=about)


def look_at(kind: TaskKind, message: Message, now: datetime, facts: dict[str, Any]) -> StaffTask | None:
    """Something went wrong with a mail: a person must look. Staff mails are looked at by the manager.

    A patient who must be told all the same is called too, by whoever is at the desk.
    """
    if message.kind in MUST_BE_TOLD:
        call_about(message, now, kind)
    role = Role.RECEPTION if message.patient_id else Role.MANAGER
    return ask(kind, message, now, patient_id=message.patient_id, role=role, facts={"about": message.kind, **facts})


def is_open(message: Message) -> bool:
    """Somebody still has to call about this message."""
    return tasks.standing(TaskKind.CALL, message) is not None


def close_for_messages(messages: Sequence[Message], now: datetime, as_: str) -> None:
    """Nobody needs to act on these messages any more."""
    tasks.close_all(messages, now, as_)
