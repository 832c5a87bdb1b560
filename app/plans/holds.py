"""Pausing a plan or a course, and going on.

A hold stops invitations and reminders, releases the visits it covers and leaves a task for its end. It never ends by
itself where an event or a physician must end it, and never shortens an interval: the clock runs from the last session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app import history
from app.messages import changes, planner
from app.schedule import actions as schedule
from app.series import rows
from models import clock
from models.appointment import COMING, Appointment, AppointmentSession
from models.base import db
from models.clinic import Clinic
from models.patient import Finding, PatientReport
from models.task import StaffTask
from models.treatment import Course, Hold, PlanState, TreatmentPlan, TreatmentSession


@dataclass(frozen=True)
class Pause:
    """Why, and until when: a day, an event, or neither (then only a physician ends it)."""

    reason: str = ""
    rule: str | None = None
    from_day: date | None = None
    until_day: date | None = None
    until_event: str | None = None
    review_on: date | None = None
    finding: Finding | None = None
    report: PatientReport | None = None


def hold(plan: TreatmentPlan, pause: Pause, now: datetime, *, course: Course | None = None, keep_visits: bool = False) -> Hold:
    """Pause a plan, or one of its courses. `keep_visits`: a report that is not yet decided keeps its places."""
    today = today_of(now)
    made = Hold(
        plan=plan, course_id=course.id if course else None, finding_id=pause.finding.id if pause.finding else None,
        report_id=pause.report.id if pause.report else None, rule=pause.rule, reason=pause.reason, from_day=pause.from_day or today,
        until_day=pause.until_day, until_event=pause.until_event, review_on=pause.review_on, made_by_id=history.who(), made_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    if course is None and not keep_visits and plan.state is PlanState.ACTIVE:
        plan.move_to(PlanState.ON_HOLD)
    plan.version += 1
    history.record("held", plan, now, fields=["holds"])
    history.plan_changed(plan, "held", now, new=pause.rule or pause.reason, why=pause.reason, course=course)
    if not keep_visits:
        release_visits(made, now)
    if pause.review_on or pause.until_day:
        ask_again(made, pause.review_on or pause.until_day or today, now)
    settle(plan, now)
    return made


def release(held: Hold, now: datetime, why: str, *, covered_nothing: bool = False) -> None:
    """End a hold. `covered_nothing`: what it rested on was not true, so it moves no date."""
    plan, today = held.plan, today_of(now)
    held.released_at, held.released_by_id, held.released_why = now, history.who(), why
    held.released_on = held.from_day if covered_nothing else max(today, held.from_day)
    if plan.state is PlanState.ON_HOLD and not [h for h in open_holds(plan) if h.course_id is None]:
        plan.move_to(PlanState.ACTIVE)
    plan.version += 1
    history.record("resumed", plan, now, fields=["holds"], reason=why)
    history.plan_changed(plan, "resumed", now, old=held.rule or held.reason, why=why)
    close_task(held, now)
    settle(plan, now)


def open_holds(plan: TreatmentPlan) -> list[Hold]:
    """Holds that nobody has ended."""
    return [held for held in plan.holds if held.released_at is None]


def covered_visits(held: Hold, now: datetime) -> Sequence[Appointment]:
    """Coming visits that carry a session the hold covers."""
    found = (
        select(Appointment)
        .join(AppointmentSession, AppointmentSession.appointment_id == Appointment.id)
        .join(TreatmentSession, TreatmentSession.id == AppointmentSession.session_id)
        .join(Course, Course.id == TreatmentSession.course_id)
        .where(Course.plan_id == held.plan_id, Appointment.state.in_(COMING), Appointment.starts_at > now)
        .where(Appointment.local_day >= held.from_day)
        .order_by(Appointment.starts_at)
        .distinct()
    )
    if held.course_id is not None:
        found = found.where(Course.id == held.course_id)
    if held.until_day is not None:
        found = found.where(Appointment.local_day <= held.until_day)
    return db.session.scalars(found).all()


def release_visits(held: Hold, now: datetime) -> int:
    """Free every visit the hold covers, told to the patient in one message. Returns how many."""
    visits = covered_visits(held, now)
    if visits:
        told = changes.open_set(held.plan.patient_id, now, plan_id=held.plan_id, because_of_hold=True)
        for visit in visits:
            schedule.release(visit, told, now, why="hold")
    return len(visits)


def settle(plan: TreatmentPlan, now: datetime) -> None:
    """Dates, rows and messages after a change: what one course does moves the dates of the patient's others."""
    db.session.flush()
    rows.align_patient(plan.patient_id, today_of(now))
    planner.plan_for(plan.patient_id, now)


def ask_again(held: Hold, on: date, now: datetime) -> None:
    """A task for the physician on the day a hold should be looked at. Nothing ends or is sent by itself."""
    db.session.add(
        StaffTask(kind="hold_review", subject_type="hold", subject_id=held.id, patient_id=held.plan.patient_id, for_role="physician",
                  due_on=on, made_at=now)
    )  # fmt: skip


def close_task(held: Hold, now: datetime) -> None:
    """The task of a hold that has ended is done."""
    task = select(StaffTask).where(
        StaffTask.kind == "hold_review", StaffTask.subject_type == "hold", StaffTask.subject_id == held.id, StaffTask.closed_at.is_(None)
    )
    for row in db.session.scalars(task):
        row.closed_at, row.closed_by_id, row.closed_as = now, history.who(), "hold ended"


def today_of(now: datetime) -> date:
    """The clinic's calendar day."""
    return clock.day_of(now, db.session.get_one(Clinic, 1).zone)
