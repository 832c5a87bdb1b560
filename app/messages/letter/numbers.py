"""The numbers of the day for those who work on it: counts and times, never a name or a finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select

from models.appointment import LIVE, Appointment, VisitState
from models.base import db
from models.staff import StaffMember
from models.task import StaffTask


@dataclass(frozen=True)
class Numbers:
    """A day in numbers. `mine`: visits that the reader performs; `tasks`: what waits on the lists of the reader's roles."""

    visits: int
    first: datetime | None
    last: datetime | None
    unconfirmed: int
    mine: int
    my_first: datetime | None
    tasks: int


def numbers(person: StaffMember, today: date) -> Numbers:
    """The day as it stands now, for one reader."""
    stands = (Appointment.local_day == today, Appointment.state.in_(LIVE))
    row = db.session.execute(
        select(
            func.count(),
            func.min(Appointment.starts_at),
            func.max(Appointment.ends_at),
            func.count().filter(Appointment.state == VisitState.BOOKED),
            func.count().filter(Appointment.performer_id == person.id),
            func.min(Appointment.starts_at).filter(Appointment.performer_id == person.id),
        ).where(*stands)
    ).one()
    return Numbers(*row, tasks=_waiting(person, today))


def _waiting(person: StaffMember, today: date) -> int:
    waiting = select(func.count()).where(StaffTask.closed_at.is_(None), StaffTask.due_on <= today, StaffTask.for_role.in_(person.roles))
    rested = or_(StaffTask.snoozed_until.is_(None), StaffTask.snoozed_until <= today)
    return db.session.scalar(waiting.where(rested)) or 0
