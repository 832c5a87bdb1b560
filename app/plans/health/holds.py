"""Pausing a plan or a course, and going on.

A hold stops invitations and reminders, releases the visits it covers and leaves a task for its end. It never ends by
itself where an event or a physician must end it, and never shortens an interval: the clock runs from the last session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app import history, tasks
from app.messages import changes, planner
from app.plans.health import held_visits, renumbering
from app.schedule import actions as schedule
from app.schedule import guards, parting
from app.schedule.freed import noting
from app.series import plan_state, rows
from app.today import today_of
from models.appointment import Appointment
from models.base import db
from models.patient import Finding, PatientReport
from models.task import TaskKind
from models.treatment import Course, Hold, PlanState, TreatmentPlan

LOOK_AGAIN = timedelta(days=28)
"""A pause without an end comes back to the physician after these days, where nothing names another day: nobody falls out of sight."""


@dataclass(frozen=True)
class Pause:
    """Why, and until when: a day (the last one covered), an event, or neither (then only a physician ends it)."""

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
    from_day = pause.from_day or today_of(now)
    review_on = pause.review_on
    if pause.until_day is None and pause.report is None:
        review_on = review_on or from_day + LOOK_AGAIN
    made = Hold(
        plan=plan, course_id=course.id if course else None, finding_id=pause.finding.id if pause.finding else None,
        report_id=pause.report.id if pause.report else None, rule=pause.rule, reason=pause.reason, from_day=from_day,
        until_day=pause.until_day, until_event=pause.until_event, review_on=review_on, made_by_id=history.who(), made_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    plan.version += 1
    history.record("held", plan, now, fields=["holds"])
    history.plan_changed(plan, "held", now, new=pause.rule or pause.reason, why=pause.reason, course=course)
    if not keep_visits:
        release_visits(made, now)
    if review_on:
        tasks.ask(TaskKind.HOLD_REVIEW, made, now, patient_id=plan.patient_id, due_on=review_on)
    settle(plan, now)
    return made


def release(held: Hold, now: datetime, why: str, *, covered_nothing: bool = False, what: str = "resumed", new: str = "") -> None:
    """End a hold. `covered_nothing`: what it rested on was not true, so it moves no date. `new`: what came of it, for the history."""
    end(held, now, why, on=held.from_day if covered_nothing else max(today_of(now), held.from_day), what=what, new=new)
    if not covered_nothing:
        renumbering.follow_visits(held, now)
    settle(held.plan, now)


def end(held: Hold, now: datetime, why: str, *, on: date, what: str, new: str = "") -> None:
    """A hold covers nothing from this day on. Dates, states and messages follow when whoever calls settles."""
    plan = held.plan
    held.released_at, held.released_by_id, held.released_why, held.released_on = now, history.who(), why, on
    plan.version += 1
    history.record(what, plan, now, fields=["holds"], reason=why)
    history.plan_changed(plan, what, now, old=held.rule or held.reason, new=new, why=why)
    tasks.close(TaskKind.HOLD_REVIEW, held, now, "hold ended")


def open_holds(plan: TreatmentPlan) -> list[Hold]:
    """Holds that nobody has ended."""
    return [held for held in plan.holds if held.released_at is None]


def those_over(now: datetime) -> list[int]:
    """The ids of standing holds whose last day has passed."""
    return list(db.session.scalars(select(Hold.id).where(Hold.released_at.is_(None), Hold.until_day < today_of(now)).order_by(Hold.id)))


def end_after_its_day(hold_id: int, now: datetime) -> bool:
    """End a hold whose last day has passed, with a task for the physician. False where that was done already."""
    held = db.session.get(Hold, hold_id)
    if held is None or held.released_at is not None or held.until_day is None or held.until_day >= today_of(now):
        return False
    release(held, now, "", what="hold over")
    tasks.ask(TaskKind.HOLD_OVER, held, now, patient_id=held.plan.patient_id, due_on=today_of(now))
    return True


def those_begun(now: datetime) -> list[int]:
    """The ids of standing holds over a whole plan whose first day has come while the plan still counts as running."""
    begun = select(Hold.id).join(Hold.plan).where(Hold.released_at.is_(None), Hold.course_id.is_(None), Hold.report_id.is_(None))
    return list(db.session.scalars(begun.where(TreatmentPlan.state == PlanState.ACTIVE, Hold.from_day <= today_of(now)).order_by(Hold.id)))


def begin_on_its_day(hold_id: int, now: datetime) -> bool:
    """The plan stands still from the first day of a hold made ahead. False where nothing changed."""
    held = db.session.get(Hold, hold_id)
    if held is None or held.released_at is not None or held.plan.state is not PlanState.ACTIVE:
        return False
    before = held.plan.version
    settle(held.plan, now)
    return held.plan.version != before


def covered_visits(held: Hold, now: datetime) -> Sequence[Appointment]:
    """Coming visits that carry a session the hold covers."""
    return held_visits.visits_on(held.plan, held.course_id, held.from_day, held.until_day, now)


def release_visits(held: Hold, now: datetime) -> int:
    """Free every visit the hold covers, told to the patient in one message. Returns how many it covers.

    A visit that another treatment shares stays for that one, where it can be done alone.
    """
    fates = held_visits.fates_of(covered_visits(held, now), held_visits.paused_by(held.plan, held.course_id), now)
    if fates:
        told = changes.open_set(held.plan.patient_id, now, plan_id=held.plan_id, because_of_hold=True)
        guards.alone_with([one.visit for one in fates])
        schedule.release({one.visit: told for one in fates if one.stays is None}, now, why="hold")
        for one in fates:
            if one.stays is not None:
                parting.part(one.visit, one.paused, one.stays, told, now)
        noting.note(told, now)
    return len(fates)


def settle(plan: TreatmentPlan, now: datetime) -> None:
    """States, dates, rows and messages after a change: what one course does moves the dates of the patient's others."""
    db.session.flush()
    plan_state.follow([plan.patient_id], today_of(now), now)
    rows.align_patient(plan.patient_id, today_of(now))
    planner.plan_for(plan.patient_id, now)
