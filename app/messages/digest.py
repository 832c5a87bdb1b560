"""Who gets the numbers of the day, and when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from app.clinic import queries as clinic_queries
from app.messages import planner
from app.messages.kind import Wanted
from app.messages.kinds_people import DIGEST
from app.permissions import Permission, allowed
from app.today import today_of
from models import clock
from models.base import db
from models.staff import Absence, StaffMember

AT, UNTIL = time(7), time(10)
"""On the clinic's clock (docs/rules.md); later it would only repeat what the page of the day shows."""
AHEAD = timedelta(minutes=30)
"""Planned so long before its moment, so that it goes on the minute however seldom somebody plans."""


def plan(now: datetime) -> int:
    """One mail to everybody who works on this working day and wants it, inside the caller's transaction. Returns how many."""
    clinic, today = clinic_queries.the_clinic(), today_of(now)
    due, until = clock.at(today, AT, clinic.zone), clock.at(today, UNTIL, clinic.zone)
    if not due - AHEAD <= now < until or not clinic_queries.opens_somewhere(today):
        return 0
    readers = _readers(today)
    for person in readers:
        planner.to_colleague(Wanted(DIGEST, "staff_member", person.id, today.isoformat(), due, until), person.id, now)
    return len(readers)


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
