"""Courses whose next session needs a booking: which list each stands on, the one whose window ends first on top.

Every such course stands on exactly one list, unless somebody put its line off until a day. Read from the courses' cache.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.work import places
from app.work.lists import MOST, Worklist
from models.base import db
from models.patient import Evaluation, Patient
from models.task import StaffTask, TaskKind
from models.treatment import Course, SessionState, TreatmentPlan, TreatmentSession

SOON = timedelta(days=14)
CLOSING = timedelta(days=7)
TO_BOOK = (Worklist.LAPSED, Worklist.NO_SHOWS, Worklist.OVERDUE, Worklist.CLOSING, Worklist.UNBOOKED, Worklist.MAINTENANCE, Worklist.LATER)
"""The lists of courses; one that would fit two stands on the first of them."""


@dataclass(frozen=True)
class CourseRow:
    """A course that needs its next session booked. `session_id`: the row to book; `missed`: its last visit was a no-show.

    `evaluated_on`: the day of the patient's newest signed evaluation. `line`: what was tried already.
    """

    course: Course
    patient: Patient
    session_id: int | None
    missed: bool
    evaluated_on: date | None
    line: StaffTask | None


def rows_on(kind: Worklist, today: date, place_id: int | None = None) -> list[CourseRow]:
    """The courses of a list (at a place, where one is named) in the order of the days that are left; those without an end behind them."""
    found = [course for query in in_order(kind, today, place_id) for course in db.session.scalars(query.options(*_WITH))][:MOST]
    ids = [course.id for course in found]
    rows, tried, evaluated = _next_rows(ids), _tried(ids), _evaluated({course.plan.patient_id for course in found})
    return [
        CourseRow(
            course, course.plan.patient, rows[course.id].id if course.id in rows else None, _is_missed(rows.get(course.id)),
            evaluated.get(course.plan.patient_id), tried.get(course.id),
        )
        for course in found
    ]  # fmt: skip


def in_order(kind: Worklist, today: date, place_id: int | None = None) -> tuple[Select[Course], ...]:
    """The questions for a list, each walking one index in its order: windows that end, then those that do not."""
    asked = of_list(kind, today, place_id).join(Course.plan).order_by(Course.due_latest, Course.due_on, Course.id).limit(MOST)
    return asked.where(Course.due_latest.is_not(None)), asked.where(Course.due_latest.is_(None))


def of_list(kind: Worklist, today: date, place_id: int | None = None) -> Select[Course]:
    """The courses of a list. `live`: the plan has begun and goes on."""
    mine = _belongs(kind, today), places.of_courses(place_id)
    return select(Course).where(Course.live, Course.needs_booking, *mine, Course.id.not_in(_put_off(today)))


_WITH = (contains_eager(Course.plan).joinedload(TreatmentPlan.patient), joinedload(Course.protocol_version))


def _belongs(kind: Worklist, today: date) -> ColumnElement[bool]:
    missed = Course.id.in_(select(TreatmentSession.course_id).where(TreatmentSession.state == SessionState.MISSED))
    ends = Course.due_latest.is_not(None)
    lapsed = and_(Course.due_lapsed.is_not(None), Course.due_lapsed <= today)
    overdue = and_(ends, Course.due_latest < today)
    closing = and_(ends, Course.due_latest <= today + CLOSING)
    soon = or_(Course.due_on <= today + SOON, Course.due_earliest <= today)
    maintenance = Course.due_step.like("M%")
    return {
        Worklist.LAPSED: lapsed,
        Worklist.NO_SHOWS: and_(not_(lapsed), missed),
        Worklist.OVERDUE: and_(not_(missed), overdue, not_(lapsed)),
        Worklist.CLOSING: and_(not_(missed), closing, not_(overdue)),
        Worklist.UNBOOKED: and_(not_(missed), not_(closing), not_(maintenance), soon),
        Worklist.MAINTENANCE: and_(not_(missed), not_(closing), maintenance, soon),
        Worklist.LATER: and_(not_(missed), not_(closing), not_(soon)),
    }[kind]


def _put_off(today: date) -> Select[int]:
    """Courses whose line comes back by itself on a later day."""
    return select(StaffTask.subject_id).where(
        StaffTask.closed_at.is_(None), StaffTask.kind == TaskKind.TO_BOOK, StaffTask.snoozed_until > today
    )


def _next_rows(course_ids: Sequence[int]) -> dict[int, TreatmentSession]:
    """The first open row of each course."""
    open_states = (SessionState.PROPOSED, SessionState.MISSED)
    found = select(TreatmentSession).where(TreatmentSession.course_id.in_(course_ids), TreatmentSession.state.in_(open_states))
    rows: dict[int, TreatmentSession] = {}
    for row in db.session.scalars(found.order_by(TreatmentSession.n)):
        rows.setdefault(row.course_id, row)
    return rows


def _tried(course_ids: Sequence[int]) -> dict[int, StaffTask]:
    """What was tried to get these courses booked."""
    mine = (StaffTask.kind == TaskKind.TO_BOOK, StaffTask.subject_type == Course.__tablename__, StaffTask.subject_id.in_(course_ids))
    return {line.subject_id: line for line in db.session.scalars(select(StaffTask).where(*mine, StaffTask.closed_at.is_(None)))}


def _evaluated(patient_ids: Collection[int]) -> dict[int, date]:
    """The day of the newest signed evaluation of each of these patients."""
    newest = select(Evaluation.patient_id, func.max(Evaluation.day)).where(
        Evaluation.patient_id.in_(patient_ids), Evaluation.signed_at.is_not(None)
    )
    return {patient_id: day for patient_id, day in db.session.execute(newest.group_by(Evaluation.patient_id))}  # noqa: C416  # rows, not pairs


def _is_missed(row: TreatmentSession | None) -> bool:
    return row is not None and row.state is SessionState.MISSED
