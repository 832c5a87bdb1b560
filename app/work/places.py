"""Which lines belong to a place of the clinic. What belongs to none stands on the lists of each, so that nothing falls out of sight."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import ColumnElement, and_, func, or_, select, true

from app.forms import row_id
from app.front_door import where
from models.appointment import Appointment
from models.task import StaffTask
from models.treatment import Course, Hold, TreatmentPlan


def asked() -> int | None:
    """The place whose lines are asked for; None: those of all."""
    place_id = row_id(request.values.get(where.IN_ADDRESS, ""))
    return place_id if place_id and where.name(place_id) else None


def of_courses(place_id: int | None) -> ColumnElement[bool]:
    """Courses whose plan is at the place."""
    return _plan_is_at(Course.plan_id, place_id)


def of_holds(place_id: int | None) -> ColumnElement[bool]:
    """Pauses of a plan that is at the place."""
    return _plan_is_at(Hold.plan_id, place_id)


def of_visits(place_id: int | None) -> ColumnElement[bool]:
    """Visits at the place."""
    return Appointment.location_id == place_id if place_id else true()


def of_tasks(place_id: int | None) -> ColumnElement[bool]:
    """Tasks about a visit or a course at the place, and of patients who are not treated at others alone."""
    return ~_elsewhere(place_id) if place_id else true()


def _elsewhere(place_id: int) -> ColumnElement[bool]:
    visits, courses = Appointment.__tablename__, Course.__tablename__
    visit = select(Appointment.id).where(Appointment.location_id != place_id)
    course = select(Course.id).join(Course.plan).where(TreatmentPlan.location_id != place_id)
    here, there = (select(TreatmentPlan.patient_id).where(which) for which in (
        TreatmentPlan.location_id == place_id, TreatmentPlan.location_id != place_id))  # fmt: skip
    patient = func.coalesce(StaffTask.patient_id, 0)
    return or_(
        and_(StaffTask.subject_type == visits, StaffTask.subject_id.in_(visit)),
        and_(StaffTask.subject_type == courses, StaffTask.subject_id.in_(course)),
        and_(StaffTask.subject_type.not_in((visits, courses)), patient.in_(there), patient.not_in(here)),
    )


def _plan_is_at(plan_id: Any, place_id: int | None) -> ColumnElement[bool]:
    return plan_id.in_(select(TreatmentPlan.id).where(TreatmentPlan.location_id == place_id)) if place_id else true()
