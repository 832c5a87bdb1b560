"""A plan that is only being thought of, whole enough to be asked everything a stored one is asked; nothing of it is ever written.

Its rows carry numbers below zero, which no stored row has: courses know each other and their sessions by them.
"""

from __future__ import annotations

from datetime import datetime

from app.plans import creation
from app.plans.creation import NewPlan
from app.plans.health import evaluations
from app.today import today_of
from models.patient import Patient
from models.treatment import PlanState, TreatmentPlan

PLAN = -1
_ROOM = 100  # numbers a course: more than it can have sessions


def unsaved(patient: Patient, new: NewPlan, now: datetime) -> TreatmentPlan:
    """The plan as it would be once made, with a row for every session. Raises Refused in words, as making it would."""
    plan = creation.draft(patient, new, now)
    plan.id = PLAN
    plan.state = PlanState.ACTIVE if evaluations.valid_on(patient, today_of(now)) else PlanState.DRAFT
    for place, (course, one) in enumerate(zip(plan.courses, new.courses, strict=True)):
        course.id, course.plan_id = _number(place), PLAN
        course.starts_after_course_id = _number(one.after.course) if one.after else None
        for row in course.sessions:
            row.id, row.course_id = _number(place) - row.n, course.id
    return plan


def _number(place: int) -> int:
    """Of a course, by its place in the plan."""
    return -_ROOM * (place + 1)
