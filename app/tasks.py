"""What is left for a person to do: one open task for one thing, whoever asks for it and however often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Select, Table, select
from sqlalchemy.exc import IntegrityError

from app import history
from models.base import Base, db, insert_or_ignore
from models.event import Event
from models.staff import Role
from models.task import StaffTask, TaskKind

OVER = "over"
"""How a task ends that helps no more: its moment has passed, or what it is about was settled."""
REACHED, ON_PAPER = "reached", "on_paper"
TOLD = (REACHED, ON_PAPER)
"""How a call ends by which the patient really heard."""

_TABLE: Final = cast(Table, StaffTask.__table__)


@dataclass(frozen=True)
class Line:
    """Whose, and until when. `facts`: what the page needs to say it in words."""

    patient_id: int | None
    due_on: date
    facts: dict[str, Any] = field(default_factory=dict)


def ask(
    kind: TaskKind, thing: Base, now: datetime, *, patient_id: int | None, due_on: date, role: Role = Role.PHYSICIAN,
    facts: dict[str, Any] | None = None,
) -> StaffTask | None:  # fmt: skip
    """Put a task about a stored thing on the worklist of a role. None where it stands there already: then the earlier day holds.

    `facts`: what the page needs to say it in words.
    """
    found = standing(kind, thing)
    if found is not None:
        found.due_on = min(found.due_on, due_on)
        return None
    made = StaffTask(
        kind=kind, subject_type=thing.__tablename__, subject_id=_key(thing), patient_id=patient_id, for_role=role, due_on=due_on,
        facts=facts or {}, made_at=now,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:  # another process asked for the same at this moment
        return None
    return made


def ask_all(kind: TaskKind, wanted: Mapping[Base, Line], now: datetime, *, role: Role) -> None:
    """The same about many stored things of one kind, in two statements however many they are."""
    if not wanted:
        return
    table = next(iter(wanted)).__tablename__
    mine = select(StaffTask).where(StaffTask.kind == kind, StaffTask.subject_type == table, StaffTask.closed_at.is_(None))
    there = {task.subject_id: task for task in db.session.scalars(mine.where(StaffTask.subject_id.in_([_key(one) for one in wanted])))}
    for thing, line in wanted.items():
        found = there.get(_key(thing))
        if found is not None:
            found.due_on = min(found.due_on, line.due_on)
    rows = [
        {"kind": kind, "subject_type": table, "subject_id": _key(thing), "patient_id": line.patient_id, "for_role": role,
         "due_on": line.due_on, "facts": line.facts, "made_at": now, "attempts": 0, "closed_as": ""}
        for thing, line in wanted.items() if _key(thing) not in there
    ]  # fmt: skip
    if rows:
        db.session.execute(insert_or_ignore(_TABLE), rows)


def standing(kind: TaskKind, thing: Base) -> StaffTask | None:
    """The open task of this kind about this thing."""
    return db.session.scalar(_about(thing).where(StaffTask.kind == kind, StaffTask.closed_at.is_(None)))


def another(task: StaffTask) -> bool:
    """The same is asked for by another line that is open."""
    same = select(StaffTask.id).where(
        StaffTask.kind == task.kind, StaffTask.subject_type == task.subject_type, StaffTask.subject_id == task.subject_id,
        StaffTask.closed_at.is_(None), StaffTask.id != task.id,
    )  # fmt: skip
    return db.session.scalar(same.limit(1)) is not None


def was_asked(kind: TaskKind, thing: Base) -> bool:
    """There is, or was, a task of this kind about this thing."""
    return db.session.scalar(_about(thing).where(StaffTask.kind == kind).limit(1)) is not None


def was_tried(kind: TaskKind, thing: Base, since: datetime) -> bool:
    """Somebody has called, or tried to, about a task of this kind that was made at this moment or later."""
    tried = _about(thing).where(StaffTask.kind == kind, StaffTask.made_at >= since, StaffTask.attempts > 0)
    return db.session.scalar(tried.limit(1)) is not None


def was_opened(task: StaffTask) -> bool:
    """Somebody signed in has looked at the request, or acted on it."""
    if task.closed_at is not None or task.attempts:
        return True
    looked = select(Event.id).where(
        Event.patient_id == task.patient_id, Event.object_type == StaffTask.__tablename__, Event.object_id == task.id
    )
    return db.session.scalar(looked.limit(1)) is not None


def ended_as(how: str, kind: TaskKind, thing: Base, since: datetime) -> bool:
    """A task of this kind about this thing was closed so, at this moment or later."""
    ended = _about(thing).where(StaffTask.kind == kind, StaffTask.closed_as == how, StaffTask.closed_at >= since)
    return db.session.scalar(ended.limit(1)) is not None


def close(kind: TaskKind, thing: Base, now: datetime, how: str) -> None:
    """The task is done, if it was open."""
    found = standing(kind, thing)
    if found is not None:
        end(found, now, how)


def stand_again(thing: Base, since: datetime, ended_as: str, **facts: Any) -> None:
    """What was asked about this thing and ended so since a moment is open again. `facts`: what the tasks that name them say now."""
    standing_or_over = StaffTask.closed_at.is_(None) | ((StaffTask.closed_as == ended_as) & (StaffTask.closed_at >= since))
    newest = {task.kind: task for task in db.session.scalars(_about(thing).where(standing_or_over).order_by(StaffTask.id))}
    for task in newest.values():
        task.closed_at, task.closed_by_id, task.closed_as = None, None, ""
        task.facts = task.facts | {name: value for name, value in facts.items() if name in task.facts}


def close_all(things: Sequence[Base], now: datetime, how: str, *, kind: TaskKind | None = None) -> None:
    """Nobody needs to do anything about these things of one table any more. `kind`: only the tasks of this one are over."""
    if not things:
        return
    mine = StaffTask.subject_type == things[0].__tablename__, StaffTask.subject_id.in_([_key(thing) for thing in things])
    query = select(StaffTask).where(*mine, StaffTask.closed_at.is_(None))
    for task in db.session.scalars(query if kind is None else query.where(StaffTask.kind == kind)):
        end(task, now, how)


def end(task: StaffTask, now: datetime, how: str) -> None:
    """This task is over: when, by whom, and as what."""
    task.closed_at, task.closed_by_id, task.closed_as = now, history.who(), how


def _about(thing: Base) -> Select[StaffTask]:
    return select(StaffTask).where(StaffTask.subject_type == thing.__tablename__, StaffTask.subject_id == _key(thing))


def _key(thing: Base) -> int:
    if getattr(thing, "id", None) is None:
        db.session.add(thing)
        db.session.flush()
    return int(thing.id)  # type: ignore[attr-defined]  # every table that a task can be about has one
