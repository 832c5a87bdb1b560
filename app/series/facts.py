"""Facts of a course → the forecast's question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.planning.durations import Duration, parse
from app.planning.forecast import forecast
from app.planning.question import (
    Basis,
    Booked,
    Bounds,
    Conflict,
    Gap,
    MaintenanceRule,
    Performed,
    Question,
    Step,
)
from app.planning.question import Hold as HeldDays
from app.series import other_acts
from models.appointment import Appointment, AppointmentSession, Outcome
from models.base import db
from models.treatment import Course, CourseStep, Hold, SessionState, TreatmentSession

OPEN = (SessionState.PROPOSED, SessionState.BOOKED, SessionState.MISSED)


def question_of(course: Course, today: date, visits: Mapping[int, Appointment] | None = None) -> Question:
    """The course as the forecast sees it on a day of the clinic. `visits`: the live visit of each booked session."""
    visits = live_visits(course) if visits is None else visits
    plain = _question(course, today, (), _steps(course, today))
    satisfied = forecast(plain).satisfied
    steps = plain.steps[: max(satisfied, 1)] if course.completed_early_on else plain.steps
    booked = _booked(course, visits, satisfied)
    return _question(course, today, booked, steps, _conflicts(course, plain))


def live_visits(course: Course) -> dict[int, Appointment]:
    """The coming visit of every booked session, by the session's id."""
    rows = db.session.execute(
        select(AppointmentSession.session_id, Appointment)
        .join(AppointmentSession.appointment)
        .join(TreatmentSession, TreatmentSession.id == AppointmentSession.session_id)
        .where(TreatmentSession.course_id == course.id, AppointmentSession.outcome == Outcome.PLANNED)
    )
    return {session_id: visit for session_id, visit in rows}  # noqa: C416  # a row is no pair for the type checker


def performed(course: Course) -> list[TreatmentSession]:
    """Sessions that took place and are ours to count: done here, or elsewhere and accepted by the physician."""
    done = [s for s in course.sessions if s.state is SessionState.DONE and (s.elsewhere is None or s.accepted_by_id is not None)]
    return sorted(done, key=lambda s: (s.performed_on or date.max, s.n))


def open_sessions(course: Course) -> list[TreatmentSession]:
    """Rows still to be done, in order."""
    return [session for session in course.sessions if session.state in OPEN]


def gap_of(data: Mapping[str, Any]) -> Gap:
    """A stored gap rule. Lengths are days (a number) or a duration as text; `from` names a step, or is "previous"."""
    origin = data.get("from", "previous")
    from_step = origin.get("step") if isinstance(origin, dict) else None
    return Gap(from_step, *(_length(data.get(name)) for name in ("absolute_min", "min", "ideal", "max")))


def maintenance_of(course: Course) -> MaintenanceRule | None:
    """The course's own maintenance rule; None: none."""
    rule = course.maintenance
    if not rule or not rule.get("first"):
        return None
    return MaintenanceRule(gap_of(rule["first"]), gap_of(rule["repeat"]) if rule.get("repeat") else None, rule.get("times"))


def held_days(hold: Hold) -> HeldDays | None:
    """The days a hold covers; None for one released before it covered any."""
    if hold.released_on is None:
        return HeldDays(hold.from_day, hold.until_day, hold.rule or hold.reason)
    last = hold.released_on - timedelta(days=1)
    return HeldDays(hold.from_day, last, hold.rule or hold.reason) if last >= hold.from_day else None


def holds_of(course: Course) -> list[Hold]:
    """Every hold that covers this course, past ones too."""
    return [hold for hold in course.plan.holds if hold.course_id in (None, course.id)]


def _question(
    course: Course, today: date, booked: tuple[Booked, ...], steps: tuple[Step, ...], conflicts: tuple[Conflict, ...] = ()
) -> Question:
    done = tuple(
        Performed(s.performed_on, s.override_by_id is not None, s.substandard, s.id)
        for s in performed(course)
        if s.performed_on is not None and s.performed_on <= today
    )
    return Question(
        today=today, steps=steps, performed=done, booked=booked, conflicts=conflicts, maintenance=maintenance_of(course),
        holds=tuple(days for hold in holds_of(course) if (days := held_days(hold))), grace_days=course.grace_days,
        lapse_days=course.lapse_days,
    )  # fmt: skip


def _steps(course: Course, today: date) -> tuple[Step, ...]:
    steps = [Step(tuple(gap_of(gap) for gap in step.gaps), _bounds(step)) for step in course.steps]
    after = _start_after(course, today)
    if after and steps:
        steps[0] = steps[0].no_sooner_than(after)
    return tuple(steps)


def _bounds(step: CourseStep) -> Bounds:
    known = ("absolute_not_before", "not_before", "ideal_from", "latest")
    return Bounds(**{name: date.fromisoformat(step.bounds[name]) for name in known if step.bounds.get(name)})


def _start_after(course: Course, today: date) -> date | None:
    """The day before which a course that waits for another one's step may not begin."""
    other = db.session.get(Course, course.starts_after_course_id) if course.starts_after_course_id else None
    if other is None or other.id == course.id or other.starts_after_course_id == course.id:
        return None
    days = timedelta(days=course.starts_after_days or 0)
    answer = forecast(_question(other, today, (), _steps(other, today)))
    for verdict in answer.verdicts:
        if verdict.satisfies and verdict.step == course.starts_after_step:
            return verdict.day + days
    coming = [due for due in (answer.next, *answer.projected) if due and due.step == course.starts_after_step and due.recommended]
    return coming[0].recommended + days if coming and coming[0].recommended else None


def _booked(course: Course, visits: Mapping[int, Appointment], satisfied: int) -> tuple[Booked, ...]:
    open_rows = open_sessions(course)
    return tuple(
        Booked(satisfied + place, visits[session.id].local_day) for place, session in enumerate(open_rows, start=1) if session.id in visits
    )


def _conflicts(course: Course, plain: Question) -> tuple[Conflict, ...]:
    """What other treatments of the patient ask: all performed ones, and those booked before our own next session would be."""
    others = other_acts.of_patient(course.plan.patient_id, except_course=course.id)
    next_due = forecast(plain).next
    until = next_due.recommended if next_due and next_due.recommended else plain.today
    asked = other_acts.conflicts(course, [one for one in others if one.performed or one.done.day <= until])
    apart = [
        Conflict(one.done.day, course.keep_apart_days, basis=Basis.PERFORMED)
        for one in others
        if course.keep_apart_days and one.performed and one.plan_id == course.plan_id
    ]
    return (*asked, *apart)


def _length(value: Any) -> Duration | None:
    if value is None:
        return None
    return Duration(days=value) if isinstance(value, int) else parse(str(value))
