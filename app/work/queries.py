"""What stands on which worklist. Dates and "needs a booking" come from the courses' cache, everything else from open tasks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from models.appointment import COMING, Appointment, VisitState
from models.base import db
from models.patient import Evaluation, Patient
from models.task import StaffTask
from models.treatment import Course, SessionState, TreatmentPlan, TreatmentSession

SOON = timedelta(days=14)
MOST = 200
COUNTED = 100


class Worklist(StrEnum):
    """The lists, in the order in which they are worked."""

    CALLS = "calls"
    OVERDUE = "overdue"
    UNBOOKED = "unbooked"
    MAINTENANCE = "maintenance"
    UNCONFIRMED = "unconfirmed"
    PHYSICIAN = "physician"
    OTHER = "other"
    LATER = "later"


TASK_LISTS = (Worklist.CALLS, Worklist.PHYSICIAN, Worklist.OTHER)
CALL_KINDS = ("call_line", "not_agreed", "cancelled_soon", "call_undecided", "call_patient", "recall_stopped", "asked_to_move")


@dataclass(frozen=True)
class CourseRow:
    """A course that needs its next session booked. `session_id`: the row to book; `missed`: its last visit was a no-show.

    `evaluated_on`: the day of the patient's newest signed evaluation.
    """

    course: Course
    patient: Patient
    session_id: int | None
    missed: bool
    evaluated_on: date | None


def counts(today: date, roles: Sequence[str]) -> dict[Worklist, int]:
    """How many lines each list has for these roles, in one question; never more than COUNTED + 1, which says "and more"."""
    return dict(zip(Worklist, db.session.execute(select(*(_count(kind, today, roles) for kind in Worklist))).one(), strict=True))


def open_lines(today: date, roles: Sequence[str]) -> ColumnElement[int]:
    """The question for what the menu shows: everything to be done now, of each list as many as `counts` says."""
    return sum((_count(kind, today, roles) for kind in Worklist if kind is not Worklist.LATER), literal(0))


def unbooked(kind: Worklist, today: date) -> list[CourseRow]:
    """Courses of a list, the one whose window ends first on top: lapsed and overdue before all others."""
    found = (
        _unbooked(kind, today)
        .join(Course.plan)
        .options(contains_eager(Course.plan).joinedload(TreatmentPlan.patient), joinedload(Course.protocol_version))
    )
    courses = list(db.session.scalars(found.order_by(Course.due_latest.is_(None), Course.due_latest, Course.id).limit(MOST)))
    rows, evaluated = _next_rows([course.id for course in courses]), _evaluated({course.plan.patient_id for course in courses})
    return [_course_row(course, rows.get(course.id), evaluated.get(course.plan.patient_id)) for course in courses]


def tasks(kind: Worklist, today: date, roles: Sequence[str]) -> list[StaffTask]:
    """Open tasks of a list, oldest first; snoozed ones come back on their day."""
    found = _tasks(kind, today, roles).options(joinedload(StaffTask.patient)).order_by(StaffTask.due_on, StaffTask.id)
    return list(db.session.scalars(found.limit(MOST)))


def unconfirmed(today: date) -> list[Appointment]:
    """Visits of the next two days that nobody has confirmed."""
    found = _unconfirmed(today).options(joinedload(Appointment.patient)).order_by(Appointment.starts_at)
    return list(db.session.scalars(found.limit(MOST)))


def _unbooked(kind: Worklist, today: date) -> Select[Course]:
    return select(Course).where(Course.live, Course.needs_booking, _belongs(kind, today))  # live: its plan has begun and goes on


def _belongs(kind: Worklist, today: date) -> ColumnElement[bool]:
    overdue = and_(Course.due_latest.is_not(None), Course.due_latest < today)
    soon = or_(Course.due_on <= today + SOON, Course.due_earliest <= today)
    maintenance = Course.due_step.like("M%")
    return {
        Worklist.OVERDUE: overdue,
        Worklist.UNBOOKED: and_(~overdue, ~maintenance, soon),
        Worklist.MAINTENANCE: and_(~overdue, maintenance, soon),
        Worklist.LATER: and_(~overdue, ~soon),
    }[kind]


def _tasks(kind: Worklist, today: date, roles: Sequence[str]) -> Select[StaffTask]:
    waiting = select(StaffTask).where(StaffTask.closed_at.is_(None), StaffTask.due_on <= today)
    waiting = waiting.where(or_(StaffTask.snoozed_until.is_(None), StaffTask.snoozed_until <= today))
    if kind is Worklist.CALLS:
        return waiting.where(StaffTask.kind.in_(CALL_KINDS), StaffTask.for_role != "physician")
    if kind is Worklist.PHYSICIAN:
        return waiting.where(StaffTask.for_role == "physician")
    others = StaffTask.for_role.in_([*roles, "reception"]) if "physician" not in roles else StaffTask.for_role != "physician"
    return waiting.where(StaffTask.kind.not_in(CALL_KINDS), StaffTask.for_role != "physician", others)


def _unconfirmed(today: date) -> Select[Appointment]:
    return select(Appointment).where(
        Appointment.state == VisitState.BOOKED, Appointment.state.in_(COMING), Appointment.local_day > today,
        Appointment.local_day <= today + timedelta(days=2), Appointment.starts_at > _yesterday(today),
    )  # fmt: skip


def _yesterday(today: date) -> datetime:
    """A moment surely before any visit of tomorrow, so that the index on starts is used."""
    return datetime.combine(today - timedelta(days=1), time(0), UTC)


def _count(kind: Worklist, today: date, roles: Sequence[str]) -> ScalarSelect[int]:
    """How many a list has; never counts a whole backlog."""
    found: Select[Any]
    if kind in TASK_LISTS:
        found = _tasks(kind, today, roles)
    else:
        found = _unconfirmed(today) if kind is Worklist.UNCONFIRMED else _unbooked(kind, today)
    return select(func.count()).select_from(found.with_only_columns(literal(1)).limit(COUNTED + 1).subquery()).scalar_subquery()


def _next_rows(course_ids: Sequence[int]) -> dict[int, TreatmentSession]:
    """The first open row of each course."""
    open_states = (SessionState.PROPOSED, SessionState.MISSED)
    found = select(TreatmentSession).where(TreatmentSession.course_id.in_(course_ids), TreatmentSession.state.in_(open_states))
    rows: dict[int, TreatmentSession] = {}
    for row in db.session.scalars(found.order_by(TreatmentSession.n)):
        rows.setdefault(row.course_id, row)
    return rows


def _evaluated(patient_ids: Collection[int]) -> dict[int, date]:
    """The day of the newest signed evaluation of each of these patients."""
    newest = select(Evaluation.patient_id, func.max(Evaluation.day)).where(
        Evaluation.patient_id.in_(patient_ids), Evaluation.signed_at.is_not(None)
    )
    return {patient_id: day for patient_id, day in db.session.execute(newest.group_by(Evaluation.patient_id))}  # noqa: C416  # rows, not pairs


def _course_row(course: Course, row: TreatmentSession | None, evaluated_on: date | None) -> CourseRow:
    missed = row is not None and row.state is SessionState.MISSED
    return CourseRow(course, course.plan.patient, row.id if row else None, missed, evaluated_on)
