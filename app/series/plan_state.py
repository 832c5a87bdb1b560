"""A plan's state follows its facts: on hold while a pause covers all of it, completed while nothing more is to come in it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from app import history
from app.series.reading import read_all
from app.series.rows import Readings, plans_of
from models.treatment import Course, PlanState, TreatmentPlan


def follow(patient_ids: Collection[int], today: date, now: datetime, readings: Readings | None = None) -> Readings:
    """Move every plan of these patients that has begun, and was not ended early, to where its facts put it on this day.

    `readings`: courses as they read now, by id; what had to be read besides is returned with them.
    """
    begun = [plan for plan in plans_of(patient_ids) if plan.state is not PlanState.DRAFT]
    known = dict(readings or {})
    known |= read_all([course for plan in begun for course in plan.courses if course.ended_on is None and course.id not in known], today)
    for plan in begun:
        _move(plan, _called_for(plan, today, known), now)
    return known


def paused(plan: TreatmentPlan, today: date) -> bool:
    """A pause that has begun covers the whole plan. An undecided report alone pauses without that."""
    whole = [hold for hold in plan.holds if hold.released_at is None and hold.course_id is None and hold.report_id is None]
    return any(hold.from_day <= today for hold in whole)


def _called_for(plan: TreatmentPlan, today: date, known: Readings) -> PlanState:
    if plan.courses and all(_over(course, known) for course in plan.courses):
        return PlanState.COMPLETED
    return PlanState.ON_HOLD if paused(plan, today) else PlanState.ACTIVE


def _over(course: Course, known: Readings) -> bool:
    """Ended, or complete with no review waiting."""
    if course.ended_on is not None:
        return True
    reading = known[course.id]
    return reading.next is None and reading.review_due is None


def _move(plan: TreatmentPlan, wanted: PlanState, now: datetime) -> None:
    """One move at a time along the plan's table: from a pause to the end, and back, it leads over active."""
    if plan.state is wanted:
        return
    if not plan.may_move_to(wanted):
        plan.move_to(PlanState.ACTIVE)
    before = plan.state
    if before is not wanted:
        plan.move_to(wanted)
    plan.version += 1
    if PlanState.COMPLETED in (before, wanted):
        what = "completed" if wanted is PlanState.COMPLETED else "reopened"
        history.record(f"plan {what}", plan, now, fields=["state"])
        history.plan_changed(plan, what, now)
