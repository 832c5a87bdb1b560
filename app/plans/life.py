"""A plan's life after it was made: it begins, it is closed early, and what happens to it when the patient has died."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from app import history, tasks
from app.messages import changes, planner
from app.plans.health import holds
from app.schedule import actions as schedule
from app.series import rows
from app.series.facts import live_visits, open_sessions
from app.series.reading import read
from app.today import today_of
from models.appointment import COMING, Appointment
from models.base import db
from models.patient import Patient
from models.task import TaskKind
from models.treatment import Course, PlanState, SessionKind, TreatmentPlan


def begin(plan: TreatmentPlan, now: datetime) -> None:
    """The plan becomes active: its sessions stand on the worklist and can be booked. A finding that stands keeps it on hold."""
    tasks.close(TaskKind.PLAN_WAITING, plan, now, "begun")
    begun(plan, now)
    holds.settle(plan, now)


def begun(plan: TreatmentPlan, now: datetime) -> None:
    """The same before it is settled, of a plan that nobody waits for yet."""
    plan.move_to(PlanState.ACTIVE)
    plan.version += 1
    history.record("plan started", plan, now)
    history.plan_changed(plan, "started", now)


def close(plan: TreatmentPlan, now: datetime, *, why: str) -> None:
    """End a plan early, with a reason. Its coming visits are cancelled, its open rows skipped, nothing more is sent about it."""
    cancel_visits(plan.patient_id, visits_of(plan.courses), now, why=why)
    for course in plan.courses:
        course.ended_on, course.ended_why = course.ended_on or today_of(now), course.ended_why or why
    for held in holds.open_holds(plan):
        held.released_at, held.released_by_id, held.released_why, held.released_on = now, history.who(), why, today_of(now)
    for thing in (plan, *plan.courses, *plan.holds):
        tasks.close_all([thing], now, "plan closed")
    plan.move_to(PlanState.CLOSED)
    plan.closed_why = why
    plan.version += 1
    history.record("plan closed", plan, now, reason=why)
    history.plan_changed(plan, "closed", now, why=why)
    db.session.flush()
    for course in plan.courses:
        rows.align_sessions(course, today_of(now))
    holds.settle(plan, now)


def visits_of(courses: Iterable[Course]) -> list[Appointment]:
    """The coming visits that carry sessions of these courses, each once, in order."""
    found = {visit.id: visit for course in courses for visit in live_visits(course).values() if visit.state in COMING}
    return sorted(found.values(), key=lambda visit: visit.starts_at)


def free_beyond(course: Course, now: datetime, *, why: str) -> None:
    """Free the visits of sessions a course has no more: of a shortened or ended series, or of maintenance that was dropped.

    Told in one message. Asked before the rows are aligned, which would make a session of the series one of maintenance.
    """
    visits, reading = live_visits(course), read(course, today_of(now))
    rows_over = open_sessions(course)[max(reading.of - reading.satisfied, 0) :]
    over = [row.id for row in rows_over if row.kind is SessionKind.SERIES or not course.maintenance]
    cancel_visits(course.plan.patient_id, [visits[key] for key in over if key in visits and visits[key].state in COMING], now, why=why)


def cancel_visits(patient_id: int, visits: list[Appointment], now: datetime, *, why: str) -> None:
    """Give visits back, told to the patient in one message."""
    told = changes.open_set(patient_id, now) if visits else None
    for visit in visits:
        schedule.cancel(visit, now, by_patient=False, why=why, change_set=told)


def patient_died(patient: Patient, now: datetime) -> int:
    """Cancel what is booked for somebody who has died; no mail goes. May be called any number of times; returns how many visits."""
    waiting = select(Appointment).where(Appointment.patient_id == patient.id, Appointment.state.in_(COMING), Appointment.starts_at > now)
    visits = list(db.session.scalars(waiting.order_by(Appointment.starts_at)))
    for visit in visits:
        schedule.cancel(visit, now, by_patient=False, why="")
    rows.align_patient(patient.id, today_of(now))
    planner.plan_for(patient.id, now)
    return len(visits)
