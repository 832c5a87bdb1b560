"""Changing a running course: other numbers for this patient. What was performed and booked stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import history
from app.errors import Refused
from app.i18n import _
from app.plans import life
from app.plans.creation import first_bounds
from app.plans.health import holds
from app.plans.numbers import CourseNumbers, check_number, gaps_with, maintenance_data, of_course, words
from app.series.contents import content
from app.series.facts import performed
from app.series.reading import read
from app.today import today_of
from models.base import db
from models.treatment import Course, CourseStep, TreatmentPlan


@dataclass(frozen=True)
class Changed:
    """What a course becomes, and why. `start`: the day it is to begin, for one that has not; None: as before."""

    numbers: CourseNumbers
    agreed_sessions: int | None
    why: str = ""
    start: date | None = None


@dataclass(frozen=True)
class Wishes:
    """With whom, when (as a plan keeps its preferences), what is written to the patient, and where what is not booked yet is to be."""

    preferred_staff_id: int | None
    preferences: dict[str, Any]
    note: str
    location_id: int


def stored_gaps(course: Course) -> dict[int, list[Any]]:
    """Step number → its stored gap rules."""
    return {step.n: list(step.gaps) for step in course.steps}


def change_course(course: Course, new: Changed, now: datetime) -> None:
    """Other numbers of sessions and days. A shorter series frees its last places. Raises Refused in words.

    The same numbers as before change nothing.
    """
    if new.start is not None and new.start != course.start_day:
        begin_on(course, new.start, new.why, now)
    if (new.numbers, new.agreed_sessions) == (of_course(stored_gaps(course), course.maintenance), course.agreed_sessions):
        return
    done, sessions = read(course, today_of(now)).satisfied, new.numbers.sessions
    if sessions < max(done, 1):
        raise Refused(_("%(n)s sessions are done already. To end the series here, record a review or close the plan.", n=done))
    if sessions > len(course.steps):
        check_number(content(course), sessions, new.why)
    old = words(len(course.steps), stored_gaps(course))
    set_steps(course, new.numbers)
    course.maintenance = maintenance_data(content(course).maintenance, course.maintenance, new.numbers)
    course.agreed_sessions = new.agreed_sessions
    course.plan.version += 1
    db.session.flush()
    life.free_beyond(course, now, why="series shortened")
    history.record("course changed", course, now, fields=["steps", "maintenance", "agreed_sessions"], reason=new.why)
    history.plan_changed(course.plan, "course changed", now, old=old, new=words(sessions, stored_gaps(course)), why=new.why, course=course)
    holds.settle(course.plan, now)


def has_begun(course: Course) -> bool:
    """Whether a session was performed, whatever it was worth."""
    return bool(performed(course))


def begin_on(course: Course, start: date, why: str, now: datetime) -> None:
    """Another day for a course to begin on, with a month from then for its first session. Raises Refused in words."""
    if has_begun(course):
        raise Refused(_("This course has begun already."))
    if start < today_of(now):
        raise Refused(_("The day to begin on must not lie in the past."))
    old, course.start_day, course.steps[0].bounds = course.start_day, start, first_bounds(start)
    course.plan.version += 1
    history.record("course changed", course, now, fields=["start_day"], reason=why)
    history.plan_changed(course.plan, "start changed", now, old=old.isoformat(), new=start.isoformat(), why=why, course=course)
    holds.settle(course.plan, now)


def change_wishes(plan: TreatmentPlan, wishes: Wishes, now: datetime) -> None:
    """How the patient likes to come, and the note to the patient. The same as before changes nothing."""
    new = {"note_to_patient": wishes.note, "preferred_staff_id": wishes.preferred_staff_id, "preferences": wishes.preferences,
           "location_id": wishes.location_id}  # fmt: skip
    fields = [name for name, value in new.items() if (getattr(plan, name) or None) != (value or None)]
    if not fields:
        return
    for name in fields:
        setattr(plan, name, new[name])
    plan.version += 1
    history.record("wishes changed", plan, now, fields=fields)
    history.plan_changed(plan, "wishes changed", now)
    holds.settle(plan, now)


def set_steps(course: Course, numbers: CourseNumbers) -> None:
    """As many steps as asked; a further one repeats the last one's rules where nothing else is typed."""
    for step in [step for step in course.steps if step.n > numbers.sessions]:
        course.steps.remove(step)
    for step in course.steps:
        step.gaps = gaps_with(list(step.gaps), numbers.spans.get(step.n))
    last = course.steps[-1]
    for n in range(last.n + 1, numbers.sessions + 1):
        course.steps.append(CourseStep(n=n, gaps=gaps_with(list(last.gaps), numbers.spans.get(n)), bounds={}))
