"""Sessions without a visit whose window is open on the day of a free time: to be called, the one with the fewest days left first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.schedule.free import offers
from app.schedule.free.offers import Asked
from app.schedule.free.working_days import minute_of
from app.schedule.freed.noting import Freed
from app.schedule.knock_on import opened
from app.series.facts import open_sessions
from app.today import today_of
from models.appointment import VisitKind
from models.base import db
from models.patient import Patient
from models.treatment import Course, PlanState, TreatmentPlan

LOOKED_AT = 10


@dataclass(frozen=True)
class Unbooked:
    """A course whose next session could be had in the free time. `left`: days of its window after that day (None: no end)."""

    course: Course
    start: time
    left: int | None

    @property
    def patient(self) -> Patient:
        return self.course.plan.patient


def unbooked(freed: Freed, now: datetime) -> list[Unbooked]:
    """The courses whose window is open on that day and whose next session fits into the free time."""
    found = ((course, _start(course, freed, now)) for course in _open_on(freed.day))
    return [Unbooked(course, start, _left(course, freed.day)) for course, start in found if start is not None]


def _open_on(day: date) -> Sequence[Course]:
    query = select(Course).join(Course.plan).options(joinedload(Course.plan).joinedload(TreatmentPlan.patient)).where(
        Course.live, Course.needs_booking, TreatmentPlan.state == PlanState.ACTIVE, Course.due_earliest <= day,
        or_(Course.due_latest.is_(None), Course.due_latest >= day),
    )  # fmt: skip
    return db.session.scalars(query.order_by(Course.due_latest.is_(None), Course.due_latest, Course.id).limit(LOOKED_AT)).all()


def _start(course: Course, freed: Freed, now: datetime) -> time | None:
    one = next((found for row in open_sessions(course) if (found := opened(row, today_of(now))) and row.id not in found.visits), None)
    if one is None or one.breaks(freed.day):
        return None
    asked = Asked(course.plan.patient, VisitKind.TREATMENT, [course], [one])
    times = (offer.start for offer in offers.on_day(asked, freed.day, now).offers)
    return next((start for start in times if freed.begin <= minute_of(start) < freed.end), None)


def _left(course: Course, day: date) -> int | None:
    return (course.due_latest - day).days if course.due_latest is not None else None
