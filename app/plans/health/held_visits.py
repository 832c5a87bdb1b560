"""What a pause does to the visits that fall into it: cancelled, or kept for the other treatment that shares it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from app.plans.words import course_name
from app.schedule import parting
from app.schedule.free.working_days import time_of
from app.schedule.parting import Alone
from models.appointment import COMING, Appointment, AppointmentSession, Outcome
from models.base import db
from models.treatment import Course, TreatmentPlan, TreatmentSession


@dataclass(frozen=True)
class Fate:
    """What a pause of some courses does to a visit. `stays`: how it goes on for the others; None: it is cancelled as a whole."""

    visit: Appointment
    paused: frozenset[int]
    stays: Alone | None

    @property
    def others(self) -> str:
        """The names of the treatments that share the visit and are not paused."""
        return ", ".join(course_name(course) for course in parting.staying_courses(self.visit, self.paused))

    @property
    def until(self) -> time | None:
        """When it would end, where it stays."""
        return time_of(self.stays.slot.end_minute) if self.stays else None


@dataclass(frozen=True)
class Days:
    """What a pause covers: a plan or one of its courses, from a day to a day (None: no day ends it)."""

    plan_id: int
    course_id: int | None
    first: date
    last: date | None


@dataclass(frozen=True)
class Scope:
    """A plan, or one of its courses (`name`), with what its pause would do."""

    name: str
    fates: list[Fate]


def scopes_of(plan: TreatmentPlan, first: date, last: date | None, now: datetime) -> list[Scope]:
    """The whole plan, and each course that shares a visit with another: what its pause from a day to a day would do."""
    whole = fates_of(visits_on(plan, None, first, last, now), paused_by(plan, None), now)
    found = [Scope("", whole)] if whole else []
    for course in plan.courses if len(plan.courses) > 1 else ():
        fates = fates_of(visits_on(plan, course.id, first, last, now), paused_by(plan, course.id), now)
        if any(one.others for one in fates):
            found.append(Scope(course_name(course), fates))
    return found


def fates_of(visits: Iterable[Appointment], paused: frozenset[int], now: datetime) -> list[Fate]:
    """What becomes of each of these visits when these courses are paused. Nothing is written."""
    return [Fate(visit, paused, parting.alone(visit, paused, now)) for visit in visits]


def fates_under(pauses: Iterable[Days], now: datetime) -> list[Fate]:
    """What becomes of every visit under several pauses at once, in order. Nothing is written."""
    paused: dict[Appointment, frozenset[int]] = {}
    for one in pauses:
        plan = db.session.get_one(TreatmentPlan, one.plan_id)
        for visit in visits_on(plan, one.course_id, one.first, one.last, now):
            paused[visit] = paused.get(visit, frozenset()) | paused_by(plan, one.course_id)
    in_order = sorted(paused, key=lambda visit: visit.starts_at)
    return [Fate(visit, paused[visit], parting.alone(visit, paused[visit], now)) for visit in in_order]


def paused_by(plan: TreatmentPlan, course_id: int | None) -> frozenset[int]:
    """The courses a pause covers: one of the plan, or all."""
    return frozenset(course.id for course in plan.courses if course_id in (None, course.id))


def visits_on(plan: TreatmentPlan, course_id: int | None, first: date, last: date | None, now: datetime) -> Sequence[Appointment]:
    """Coming visits with a session of the plan (of one course where it is given) from a day to a day, in order."""
    carried = (
        select(AppointmentSession.appointment_id)
        .join(TreatmentSession, TreatmentSession.id == AppointmentSession.session_id)
        .join(Course, Course.id == TreatmentSession.course_id)
        .where(Course.plan_id == plan.id, AppointmentSession.outcome == Outcome.PLANNED)
    )
    if course_id is not None:
        carried = carried.where(Course.id == course_id)
    found = select(Appointment).where(
        Appointment.id.in_(carried), Appointment.state.in_(COMING), Appointment.starts_at > now, Appointment.local_day >= first
    )
    if last is not None:
        found = found.where(Appointment.local_day <= last)
    return db.session.scalars(found.order_by(Appointment.starts_at)).all()
