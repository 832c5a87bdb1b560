"""What plans leave for people to do: one open task for one thing."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from app import history
from models.base import db
from models.task import StaffTask


def open_task(kind: str, subject_type: str, subject_id: int, patient_id: int, for_role: str, due_on: date, now: datetime) -> StaffTask:
    """A task on the worklist; the one that is open already, with the earlier day, where there is one."""
    found = standing(kind, subject_type, subject_id)
    if found is not None:
        found.due_on = min(found.due_on, due_on)
        return found
    made = StaffTask(
        kind=kind, subject_type=subject_type, subject_id=subject_id, patient_id=patient_id, for_role=for_role, due_on=due_on, made_at=now
    )
    db.session.add(made)
    db.session.flush()
    return made


def close(kind: str, subject_type: str, subject_id: int, now: datetime, how: str) -> None:
    """The task is done, if it was open."""
    found = standing(kind, subject_type, subject_id)
    if found is not None:
        found.closed_at, found.closed_by_id, found.closed_as = now, history.who(), how


def standing(kind: str, subject_type: str, subject_id: int) -> StaffTask | None:
    """The open task of this kind about this thing."""
    return db.session.scalar(
        select(StaffTask).where(
            StaffTask.kind == kind, StaffTask.subject_type == subject_type, StaffTask.subject_id == subject_id,
            StaffTask.closed_at.is_(None),
        )
    )  # fmt: skip
