"""A patient who was told of a change by whoever made it: no mail goes, nobody has to call, and nothing else is lost by it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app import history
from app.messages import changes, planner
from app.messages.ends import Why
from models.base import db
from models.message import IS_WAITING, ChangeSet, Message


def told_at_once(change_set: ChangeSet, now: datetime) -> bool:
    """The patient heard of these changes. False where the mail tells of earlier ones too: then it goes all the same.

    Called after the changes are settled, in the same transaction. A later undo tells the patient anew.
    """
    if _tells_more(change_set):
        return False
    waiting = select(Message).where(Message.subject_type == changes.SUBJECT, Message.subject_id == change_set.id)
    for message in db.session.scalars(waiting.where(IS_WAITING)):
        planner.withdraw(message, Why.TOLD, now)
        history.record("told", message, now, fields=["state"])
    return True


def _tells_more(change_set: ChangeSet) -> bool:
    """It was taken into another set, or took in one that was not told."""
    return (
        change_set.taken_into_id is not None
        or db.session.scalar(select(ChangeSet.id).where(ChangeSet.taken_into_id == change_set.id, ChangeSet.undone_at.is_(None)).limit(1))
        is not None
    )
