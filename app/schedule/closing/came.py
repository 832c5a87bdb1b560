"""What came in since the day was closed, or since a person has read it last: a few counts, each with the list behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select, union_all
from sqlalchemy.orm import joinedload

from app import cached
from app.i18n import _n
from app.permissions import Permission
from app.sessions import Person
from models.appointment import Appointment, AppointmentStatus, VisitState
from models.base import db
from models.closing import CameRead, DayClosing
from models.patient import Patient
from models.task import StaffTask, TaskKind

MOST = 200


class Came(StrEnum):
    """What can come in while nobody is there, in the order in which it is looked at."""

    CALLS = "calls"
    HEALTH = "health"
    MOVES = "moves"
    CANCELLED = "cancelled"
    REPLIES = "replies"
    BOUNCED = "bounced"
    CONFIRMED = "confirmed"

    def words(self, n: int) -> str:
        """A count in words; never what a patient answered."""
        return {
            Came.CALLS: lambda: _n("%(num)s asks to be called", "%(num)s ask to be called", n),
            Came.HEALTH: lambda: _n("%(num)s health answer (physician)", "%(num)s health answers (physician)", n),
            Came.MOVES: lambda: _n("%(num)s asked to move", "%(num)s asked to move", n),
            Came.CANCELLED: lambda: _n("%(num)s cancelled by link", "%(num)s cancelled by link", n),
            Came.REPLIES: lambda: _n("%(num)s reply", "%(num)s replies", n),
            Came.BOUNCED: lambda: _n("%(num)s address bounced", "%(num)s addresses bounced", n),
            Came.CONFIRMED: lambda: _n("%(num)s confirmed", "%(num)s confirmed", n),
        }[self]()


TASKS = {
    Came.CALLS: TaskKind.CALL_PATIENT, Came.HEALTH: TaskKind.REPORT_UNDECIDED, Came.MOVES: TaskKind.ASKED_TO_MOVE,
    Came.REPLIES: TaskKind.PATIENT_WROTE, Came.BOUNCED: TaskKind.BAD_ADDRESS,
}  # fmt: skip
PRESSED = {Came.CANCELLED: VisitState.CANCELLED, Came.CONFIRMED: VisitState.CONFIRMED}


@dataclass(frozen=True)
class News:
    """The strip over the day. `closed`: it counts from the last close, not from when this person has read it."""

    since: datetime
    closed: bool
    counts: dict[Came, int]


@dataclass(frozen=True)
class Line:
    """One thing that came in: when, whose, and the visit it is about where there is one."""

    at: datetime
    patient: Patient | None
    visit: Appointment | None


def strip(person: Person, today: date) -> News | None:
    """What whoever runs the day has not read yet; None where that is nothing. One question, kept while nothing changes."""
    if not person.may(Permission.RUN_VISITS):
        return None
    found = cached.while_unchanged(("came", person.id, today), lambda: (_asked(person.id),))
    return found[0]


def read(staff_id: int, now: datetime) -> datetime | None:
    """This person has read what came in until now. Returns up to when it was read before."""
    row = db.session.get(CameRead, staff_id)
    before = row.at if row else None
    unread(staff_id, now)
    return before


def unread(staff_id: int, since: datetime | None) -> None:
    """Back to what was read before."""
    row = db.session.get(CameRead, staff_id)
    if since is None and row is not None:
        db.session.delete(row)
    elif since is not None:
        db.session.merge(CameRead(staff_id=staff_id, at=since))


def lines(what: Came, staff_id: int) -> list[Line]:
    """The list behind a count, the newest on top."""
    since = _since(staff_id)
    if what in PRESSED:
        rows = _pressed(what, since).options(joinedload(AppointmentStatus.appointment).joinedload(Appointment.patient))
        moves = db.session.scalars(rows.order_by(AppointmentStatus.at.desc()).limit(MOST))
        return [Line(move.at, move.appointment.patient, move.appointment) for move in moves]
    tasks = _tasks(what, since).options(joinedload(StaffTask.patient)).order_by(StaffTask.made_at.desc()).limit(MOST)
    asked = db.session.scalars(tasks).all()
    about = _visits([task.subject_id for task in asked if task.subject_type == Appointment.__tablename__])
    return [Line(task.made_at, task.patient, about.get(task.subject_id) if task.subject_type == Appointment.__tablename__ else None)
            for task in asked]  # fmt: skip


def _asked(staff_id: int) -> News | None:
    since = _since(staff_id)
    counts = [_number(_pressed(one, since) if one in PRESSED else _tasks(one, since)) for one in Came]
    at, closed, *numbers = db.session.execute(select(since, _closed().scalar_subquery(), *counts)).one()
    found = {one: n for one, n in zip(Came, numbers, strict=True) if n}
    return News(at, at == closed, found) if at and found else None


def _closed() -> Select[Any]:
    return select(func.max(DayClosing.at)).where(DayClosing.closes, DayClosing.over_at.is_(None))


def _since(staff_id: int) -> ScalarSelect[datetime]:
    """The later of the last close and of what this person has read; nothing where there is neither."""
    both = union_all(_closed(), select(CameRead.at).where(CameRead.staff_id == staff_id)).subquery()
    return select(func.max(both.c[0])).scalar_subquery()


def _tasks(what: Came, since: ScalarSelect[datetime]) -> Select[StaffTask]:
    return select(StaffTask).where(StaffTask.closed_at.is_(None), StaffTask.kind == TASKS[what], StaffTask.made_at > since)


def _pressed(what: Came, since: ScalarSelect[datetime]) -> Select[AppointmentStatus]:
    """What patients did by a link or a calendar, not a person at the desk for them; as long as it still stands."""
    theirs = AppointmentStatus.by_patient, AppointmentStatus.by_id.is_(None), AppointmentStatus.undo_of_id.is_(None)
    mine = select(AppointmentStatus).where(AppointmentStatus.state == PRESSED[what], AppointmentStatus.at > since, *theirs)
    return mine.join(AppointmentStatus.appointment).where(Appointment.state == PRESSED[what])


def _number(query: Select[Any]) -> ScalarSelect[int]:
    return query.with_only_columns(func.count()).scalar_subquery()


def _visits(ids: Sequence[int]) -> dict[int, Appointment]:
    return {visit.id: visit for visit in db.session.scalars(select(Appointment).where(Appointment.id.in_(ids)))}
