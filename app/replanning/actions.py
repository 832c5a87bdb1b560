"""Visits put where they were proposed, all or none; taken back the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import tasks
from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.planning.visit import Slot
from app.schedule import actions as schedule
from app.schedule import guards, rows, undo
from app.schedule.move import moving
from app.schedule.move.moving import Move
from app.tokens import new_handle
from models.appointment import Appointment
from models.base import db
from models.message import ChangeSet
from models.task import TaskKind

GRACE = timedelta(minutes=10)


@dataclass(frozen=True)
class Choice:
    """A visit and where it goes; None: its sessions go back to the worklist."""

    visit: Appointment
    slot: Slot | None


def apply(choices: Sequence[Choice], now: datetime) -> str:
    """Move them all at once; each patient is told in one message after ten minutes. Returns the name by which it is undone.

    Who was to come within a day stands on the call list at once: moved, until the patient agrees; cancelled, until the patient
    knows. Raises Refused, in words, for the first that cannot go there.
    """
    if not choices:
        raise Refused(_("Choose at least one visit."))
    batch = new_handle()
    guards.alone_with([one.visit for one in choices])
    told = {patient_id: _told(patient_id, batch, now) for patient_id in dict.fromkeys(one.visit.patient_id for one in choices)}
    given_up = {one.visit: told[one.visit.patient_id] for one in choices if one.slot is None}
    moves = [Move(one.visit, one.slot, told[one.visit.patient_id]) for one in choices if one.slot is not None]
    settled_with_them = {one.visit.patient_id for one in moves}
    schedule.release(given_up, now, why="practitioner_away")
    moving.move_together(moves, now, asked_by=moving.CLINIC)
    rows.settle_all(told.keys() - settled_with_them, now)
    return batch


def take_back(batch: str, now: datetime) -> int:
    """Every visit of a batch as it was, all or none. Returns how many patients it was about."""
    mine = select(ChangeSet).where(ChangeSet.batch == batch).options(selectinload(ChangeSet.changes))
    sets = db.session.scalars(mine.order_by(ChangeSet.id)).all() if batch else []
    undo.take_all_back(sets, now)
    visits = [db.session.get_one(Appointment, change.appointment_id) for one in sets for change in one.changes]
    tasks.close_all(visits, now, "undone", kind=TaskKind.NOT_AGREED)
    return len(sets)


def _told(patient_id: int, batch: str, now: datetime) -> ChangeSet:
    made = changes.open_set(patient_id, now)
    made.mail_after, made.batch = max(made.mail_after, now + GRACE), batch
    return made
