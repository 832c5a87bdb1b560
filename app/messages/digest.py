"""The numbers of the day for those who work on it: counts and times, never a name or a finding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select

from app.clinic import queries as clinic_queries
from app.messages import planner
from app.messages.kind import Wanted
from app.messages.kinds_people import DIGEST
from app.permissions import Permission, allowed
from app.today import today_of
from models import clock
from models.appointment import LIVE, Appointment, VisitState
from models.base import db
from models.staff import Absence, StaffMember
from models.task import StaffTask

AT, UNTIL = time(7), time(10)
"""On the clinic's clock (docs/rules.md); later it would only repeat what the page of the day shows."""
AHEAD = timedelta(minutes=30)
"""Planned so long before its moment, so that it goes on the minute however seldom somebody plans."""


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


def plan(now: datetime) -> int:
    """One mail to everybody who works on this working day and wants it, inside the caller's transaction. Returns how many."""
    clinic, today = clinic_queries.the_clinic(), today_of(now)
    due, until = clock.at(today, AT, clinic.zone), clock.at(today, UNTIL, clinic.zone)
    if not due - AHEAD <= now < until or not clinic_queries.opening_of(clinic_queries.location(), today):
        return 0
    readers = _readers(today)
    for person in readers:
        planner.to_colleague(Wanted(DIGEST, "staff_member", person.id, today.isoformat(), due, until), person.id, now)
    return len(readers)


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


def _readers(today: date) -> list[StaffMember]:
    """Who may see the day, wants the mail, and works today as far as is known."""
    away = select(Absence.staff_id).where(Absence.first_day <= today, Absence.last_day >= today, Absence.from_time.is_(None))
    here = select(StaffMember).where(StaffMember.active, StaffMember.digest, StaffMember.id.not_in(away)).order_by(StaffMember.id)
    return [one for one in db.session.scalars(here) if Permission.SEE_DAY in allowed(one.roles) and _works_on(one, today)]


def _works_on(person: StaffMember, day: date) -> bool:
    """Hours of that weekday are entered, or none at all: nobody enters those of the desk."""
    return not person.hours or any(
        row.weekday == day.weekday() and (row.valid_from or day) <= day <= (row.valid_to or day) for row in person.hours
    )
