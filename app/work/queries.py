"""What stands on which worklist, beside the courses to book: open tasks, visits to look after, holds that end. And how many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import joinedload

from app.work import places
from app.work.courses import TO_BOOK, of_list
from app.work.lists import COUNTED, MOST, Worklist
from models.appointment import COMING, Appointment, AppointmentSession, Outcome, VisitState
from models.base import db
from models.patient import Consent, ConsentKind
from models.protocol import ProtocolVersion
from models.task import StaffTask, TaskKind
from models.treatment import Course, Hold, TreatmentPlan, TreatmentSession

TASK_LISTS = (Worklist.CALLS, Worklist.PHYSICIAN, Worklist.OTHER)
VISIT_LISTS = (Worklist.UNCONFIRMED, Worklist.CONSENT)
CALL_KINDS = (
    TaskKind.CALL, TaskKind.NOT_AGREED, TaskKind.CANCELLED_SOON, TaskKind.CALL_UNDECIDED, TaskKind.CALL_PATIENT,
    TaskKind.RECALL_STOPPED, TaskKind.ASKED_TO_MOVE, TaskKind.OF_AGE, TaskKind.PATIENT_WROTE,
)  # fmt: skip
NOT_NOW = (Worklist.LATER, Worklist.HOLDS)
"""Lists to look ahead on: nothing on them waits for anybody today."""
CONFIRM_AHEAD = 2
CONSENT_AHEAD = 7
HOLD_AHEAD = timedelta(days=14)


def counts(today: date, roles: Sequence[str], place_id: int | None = None) -> dict[Worklist, int]:
    """How many lines each list has for these roles, in one question; never more than COUNTED + 1, which says "and more"."""
    return dict(zip(Worklist, db.session.execute(select(*(_count(kind, today, roles, place_id) for kind in Worklist))).one(), strict=True))


def open_lines(today: date, roles: Sequence[str]) -> ColumnElement[int]:
    """The question for what the menu shows: everything to be done now, of each list as many as `counts` says."""
    return sum((_count(kind, today, roles) for kind in Worklist if kind not in NOT_NOW), literal(0))


def tasks(kind: Worklist, today: date, roles: Sequence[str], place_id: int | None = None) -> list[StaffTask]:
    """Open tasks of a list, oldest first; on the call list visits of today and tomorrow stand before all, the next one on top.

    Snoozed ones come back on their day.
    """
    found = _tasks(kind, today, roles, place_id).options(joinedload(StaffTask.patient))
    if kind is Worklist.CALLS:
        about = (StaffTask.subject_type == Appointment.__tablename__) & (StaffTask.subject_id == Appointment.id)
        near = (Appointment.state.in_(COMING)) & (Appointment.local_day <= today + timedelta(days=1))
        found = found.outerjoin(Appointment, about).order_by(case((near, 0), else_=1), case((near, Appointment.starts_at)))
    return list(db.session.scalars(found.order_by(StaffTask.due_on, StaffTask.id).limit(MOST)))


def asked_to_be_called() -> list[StaffTask]:
    """Everybody who asked for a call and was not reached yet; who has waited longest on top."""
    open_ones = select(StaffTask).where(StaffTask.closed_at.is_(None), StaffTask.kind == TaskKind.CALL_PATIENT)
    return list(db.session.scalars(open_ones.options(joinedload(StaffTask.patient)).order_by(StaffTask.made_at).limit(MOST)))


def visits(kind: Worklist, today: date, place_id: int | None = None) -> list[Appointment]:
    """Coming visits that nobody has confirmed, or whose consent is missing; the next one on top."""
    found = _visits(kind, today, place_id).options(joinedload(Appointment.patient)).order_by(Appointment.starts_at, Appointment.id)
    return list(db.session.scalars(found.limit(MOST)))


def holds(today: date, place_id: int | None = None) -> list[Hold]:
    """Pauses that end, or are looked at again, in the next two weeks; the next one on top."""
    found = _holds(today, place_id).options(joinedload(Hold.plan).joinedload(TreatmentPlan.patient))
    return list(db.session.scalars(found.order_by(func.coalesce(Hold.until_day, Hold.review_on), Hold.id).limit(MOST)))


def _tasks(kind: Worklist, today: date, roles: Sequence[str], place_id: int | None) -> Select[StaffTask]:
    waiting = select(StaffTask).where(StaffTask.closed_at.is_(None), StaffTask.due_on <= today)
    waiting = waiting.where(or_(StaffTask.snoozed_until.is_(None), StaffTask.snoozed_until <= today), places.of_tasks(place_id))
    if kind is Worklist.CALLS:
        return waiting.where(StaffTask.kind.in_(CALL_KINDS), StaffTask.for_role != "physician")
    if kind is Worklist.PHYSICIAN:
        return waiting.where(StaffTask.for_role == "physician")
    others = StaffTask.for_role.in_([*roles, "reception"]) if "physician" not in roles else StaffTask.for_role != "physician"
    return waiting.where(StaffTask.kind.not_in((*CALL_KINDS, TaskKind.TO_BOOK)), StaffTask.for_role != "physician", others)


def _visits(kind: Worklist, today: date, place_id: int | None) -> Select[Appointment]:
    coming = select(Appointment).where(Appointment.state.in_(COMING), Appointment.starts_at > _yesterday(today), places.of_visits(place_id))
    if kind is Worklist.UNCONFIRMED:
        until = today + timedelta(days=CONFIRM_AHEAD)
        return coming.where(Appointment.state == VisitState.BOOKED, Appointment.local_day > today, Appointment.local_day <= until)
    given = Consent.patient_id == Appointment.patient_id, Consent.kind == ConsentKind.PROCEDURE, Consent.withdrawn_at.is_(None)
    follows = select(literal("v") + cast(ProtocolVersion.n, String)).join(Course, Course.version_id == ProtocolVersion.id)
    follows = follows.where(Course.id == TreatmentSession.course_id).correlate(TreatmentSession)
    same = or_(Consent.text_version == "1", Consent.text_version == follows.scalar_subquery())
    mine = and_(Consent.course_id == TreatmentSession.course_id, same)
    signed = select(Consent.id).where(*given, or_(Consent.course_id.is_(None), mine)).correlate(Appointment, TreatmentSession)
    planned = (
        select(AppointmentSession.appointment_id)
        .join(AppointmentSession.session)
        .where(AppointmentSession.appointment_id == Appointment.id, AppointmentSession.outcome == Outcome.PLANNED, ~signed.exists())
    )
    until = today + timedelta(days=CONSENT_AHEAD)
    return coming.where(Appointment.local_day >= today, Appointment.local_day <= until, planned.exists())


def _holds(today: date, place_id: int | None) -> Select[Hold]:
    ends = func.coalesce(Hold.until_day, Hold.review_on)
    ahead = ends > today, ends <= today + HOLD_AHEAD
    return select(Hold).where(Hold.released_at.is_(None), Hold.report_id.is_(None), *ahead, places.of_holds(place_id))


def _yesterday(today: date) -> datetime:
    """A moment surely before any visit of today, so that the index on starts is used."""
    return datetime.combine(today - timedelta(days=1), time(0), UTC)


def _count(kind: Worklist, today: date, roles: Sequence[str], place_id: int | None = None) -> ScalarSelect[int]:
    """How many a list has; never counts a whole backlog."""
    found: Select[Any]
    if kind in TASK_LISTS:
        found = _tasks(kind, today, roles, place_id)
    elif kind in VISIT_LISTS:
        found = _visits(kind, today, place_id)
    else:
        found = of_list(kind, today, place_id) if kind in TO_BOOK else _holds(today, place_id)
    return select(func.count()).select_from(found.with_only_columns(literal(1)).limit(COUNTED + 1).subquery()).scalar_subquery()
