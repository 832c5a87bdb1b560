"""Who is on call: a person for each date, who answers until the next morning. A date without one falls back to the clinic's number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, select

from app.history import record
from app.today import zone
from models import clock
from models.base import db
from models.staff import OnCall, Role, StaffMember

HANDOVER = time(8)
"""The duty of a date begins at this time of the clinic's clock and ends at the same time of the next day: a night is one duty."""
WHO = (Role.PHYSICIAN, Role.PRACTITIONER)


def duty_of(moment: datetime) -> date:
    """The date whose duty a moment falls into."""
    there = clock.local(moment, zone())
    return there.date() if there.time() >= HANDOVER else there.date() - timedelta(days=1)


def at(moment: datetime) -> OnCall | None:
    """Who is on call at a moment; None where nobody is entered, or the person works here no more or treats nobody."""
    found = db.session.get(OnCall, duty_of(moment))
    return found if found is not None and found.staff.active and found.staff.has_role(*WHO) else None


def number(moment: datetime) -> str:
    """The own number of whoever is on call; empty where the clinic's is to be dialled."""
    duty = at(moment)
    return duty.phone if duty else ""


def from_day(day: date) -> Sequence[OnCall]:
    """The duties from a date on, in order."""
    return db.session.scalars(select(OnCall).where(OnCall.day >= day).order_by(OnCall.day)).all()


def who_may() -> list[StaffMember]:
    """Those who can be on call: who treats here."""
    active = db.session.scalars(select(StaffMember).where(StaffMember.active).order_by(StaffMember.name))
    return [person for person in active if person.has_role(*WHO)]


def enter(staff: StaffMember, days: Iterable[date], phone: str, now: datetime) -> int:
    """This person is on call on these dates, in place of whoever was; returns how many those are."""
    rows = [OnCall(day=day, staff_id=staff.id, phone=phone) for day in days]
    db.session.execute(delete(OnCall).where(OnCall.day.in_([row.day for row in rows])))
    db.session.add_all(rows)
    record("on call", staff, now, fields=["days"])
    return len(rows)


def remove(duty: OnCall, now: datetime) -> None:
    """Nobody is entered for this date any more."""
    record("not on call", duty.staff, now, fields=["days"])
    db.session.delete(duty)
