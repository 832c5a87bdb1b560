"""Facts of a course → the forecast's question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
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
from app.series.other_acts import OtherAct
from app.series.wishes import AFTER_COURSE, KEPT_APART, arrival, later_end, stay_of, until_the_stay_ends, wished_start
from models.appointment import Appointment, AppointmentSession, Outcome
from models.base import db
from models.treatment import Course, CourseStep, Hold, SessionKind, SessionState, TreatmentSession

OPEN = (SessionState.PROPOSED, SessionState.BOOKED, SessionState.MISSED)


def question_of(
    course: Course, today: date, visits: Mapping[int, Appointment] | None = None, acts: Sequence[OtherAct] | None = None
) -> Question:
    """The course as the forecast sees it on a day of the clinic. `visits`: the live visit of each booked session.

    `acts`: everything done or booked on the patient, where that is known already.
    """
    alone, satisfied = _alone(course, today, live_visits(course) if visits is None else visits)
    steps = alone.steps[: max(satisfied, 1)] if course.completed_early_on else alone.steps
    patient_id = course.plan.patient_id
    others = other_acts.without(other_acts.of_patients([patient_id])[patient_id] if acts is None else acts, course=course.id)
    asked = replace(alone, steps=steps, conflicts=(*alone.conflicts, *_conflicts(course, alone, others)))
    return until_the_stay_ends(asked, stay_of(course.plan))


def live_visits(course: Course) -> dict[int, Appointment]:
    """The coming visit of every booked session, by the session's id."""
    return live_visits_of([course])[course.id]


def live_visits_of(courses: Collection[Course]) -> dict[int, dict[int, Appointment]]:
    """The same of many courses, in one question, by the course's id."""
    found: dict[int, dict[int, Appointment]] = {course.id: {} for course in courses}
    booked = [course.id for course in courses if any(session.state is SessionState.BOOKED for session in course.sessions)]
    if not booked:
        return found
    rows = db.session.execute(
        select(TreatmentSession.course_id, TreatmentSession.id, Appointment)
        .join(AppointmentSession, AppointmentSession.session_id == TreatmentSession.id)
        .join(AppointmentSession.appointment)
        .where(TreatmentSession.course_id.in_(booked), AppointmentSession.outcome == Outcome.PLANNED)
    )
    for course_id, session_id, visit in rows:
        found[course_id][session_id] = visit
    return found


def performed(course: Course) -> list[TreatmentSession]:
    """Sessions that took place and are ours to count: done here, or elsewhere and accepted by the physician."""
    done = [s for s in course.sessions if s.state is SessionState.DONE and (s.elsewhere is None or s.accepted_by_id is not None)]
    return sorted(done, key=lambda s: (s.performed_on or date.max, s.n))


def open_sessions(course: Course) -> list[TreatmentSession]:
    """Rows still to be done, in order: those of the series, then maintenance."""
    return sorted((session for session in course.sessions if session.state in OPEN), key=_is_maintenance)


def plans_maintenance(course: Course) -> bool:
    """The first maintenance session is planned while the series still runs: its row stands behind those of the series, or it has
    its visit. One that waits alone came when the series was complete."""
    rows = open_sessions(course)
    if not rows or not course.maintenance or not _is_maintenance(rows[-1]):
        return False
    return rows[-1].state is SessionState.BOOKED or not _is_maintenance(rows[0])


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


def holds_on(course: Course) -> list[HeldDays]:
    """The days that holds cover, or covered, in this course."""
    return [days for hold in holds_of(course) if (days := held_days(hold))]


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
        holds=tuple(holds_on(course)), grace_days=course.grace_days,
        lapse_days=course.lapse_days, with_maintenance=plans_maintenance(course),
    )  # fmt: skip


def _alone(course: Course, today: date, visits: Mapping[int, Appointment]) -> tuple[Question, int]:
    """The course by itself, without what the patient's other treatments ask; and how many of its steps are satisfied."""
    steps = tuple(Step(tuple(gap_of(gap) for gap in step.gaps), _bounds(step)) for step in course.steps)
    satisfied = forecast(_question(course, today, (), steps)).satisfied
    begins = [] if satisfied else [*wished_start(course, today), *_start_after(course, today)]
    asked = (*begins, *arrival(stay_of(course.plan), today))
    steps = steps if satisfied else later_end(steps, course.start_day, asked)
    return _question(course, today, _booked(course, visits, satisfied), steps, asked), satisfied


def _bounds(step: CourseStep) -> Bounds:
    known = ("absolute_not_before", "not_before", "ideal_from", "latest")
    return Bounds(**{name: date.fromisoformat(step.bounds[name]) for name in known if step.bounds.get(name)})


def _start_after(course: Course, today: date) -> list[Conflict]:
    """What a course asks that begins some days after a step of another one: counted from its day, booked or recommended until then."""
    other = next((one for one in course.plan.courses if one.id == course.starts_after_course_id), None)
    if other is None or other.id == course.id or other.starts_after_course_id == course.id:
        return []
    question, step = _alone(other, today, live_visits(other))[0], course.starts_after_step
    answer = forecast(question)
    done = [(verdict.day, Basis.PERFORMED) for verdict in answer.verdicts if verdict.satisfies and verdict.step == step]
    booked = [(booking.day, Basis.BOOKED) for booking in question.booked if booking.step == step]
    coming = [(due.recommended, Basis.EXPECTED) for due in answer.dues if due.step == step and due.recommended]
    found = [*done, *booked, *coming][:1]
    return [Conflict(day, course.starts_after_days or 0, AFTER_COURSE, basis) for day, basis in found]


def _booked(course: Course, visits: Mapping[int, Appointment], satisfied: int) -> tuple[Booked, ...]:
    steps = [(satisfied + place, row) for place, row in enumerate(open_sessions(course), start=1)]
    behind = len(course.steps) + 1  # also where a session of the series has no row yet, as one that did not count
    booked = ((max(step, behind) if _is_maintenance(row) else step, visits[row.id].local_day) for step, row in steps if row.id in visits)
    return tuple(Booked(step, day) for step, day in booked)


def _is_maintenance(row: TreatmentSession) -> bool:
    return row.kind is SessionKind.MAINTENANCE


def _conflicts(course: Course, plain: Question, others: Sequence[OtherAct]) -> tuple[Conflict, ...]:
    """What other treatments of the patient ask: all performed ones, and those booked before our own next session."""
    until = _before_next(plain)
    asked = other_acts.conflicts(course, [one for one in others if one.performed or one.done.day <= until])
    apart = [
        Conflict(one.done.day, course.keep_apart_days, KEPT_APART)
        for one in others
        if course.keep_apart_days and one.performed and one.plan_id == course.plan_id
    ]
    return (*asked, *apart)


def _before_next(plain: Question) -> date:
    """The last day that counts as before the next session: the one before its visit, or the day it would be done on."""
    due = forecast(plain).next
    booked = [one.day for one in plain.booked if due and one.step == due.step]
    return booked[0] - timedelta(days=1) if booked else (due and due.recommended) or plain.today


def _length(value: Any) -> Duration | None:
    if value is None:
        return None
    return Duration(days=value) if isinstance(value, int) else parse(str(value))
