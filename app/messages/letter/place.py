"""Where that takes place which a message is about: its address, its telephone, and from where it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Select, select

from app.clinic import queries
from models.appointment import COMING, Appointment
from models.base import db
from models.clinic import Location
from models.message import Message, VisitChange
from models.treatment import Course, TreatmentPlan, TreatmentSession

_ASKED: dict[str, Callable[[int], Select[int]]] = {
    "appointment": lambda key: select(Appointment.location_id).where(Appointment.id == key),
    "treatment_plan": lambda key: select(TreatmentPlan.location_id).where(TreatmentPlan.id == key),
    "course": lambda key: select(TreatmentPlan.location_id).join(Course, Course.plan_id == TreatmentPlan.id).where(Course.id == key),
    "treatment_session": lambda key: select(TreatmentPlan.location_id).join(Course, Course.plan_id == TreatmentPlan.id)
    .join(TreatmentSession, TreatmentSession.course_id == Course.id).where(TreatmentSession.id == key),
    "change_set": lambda key: select(Appointment.location_id).join(VisitChange, VisitChange.appointment_id == Appointment.id)
    .where(VisitChange.change_set_id == key).order_by(VisitChange.id),
}  # fmt: skip
"""By what a message is about."""


def place_of(message: Message, now: datetime) -> Location:
    """The place of a message: of its visit, course or plan, else of the patient's next visit; else the clinic's first."""
    if not queries.has_several():
        return queries.location()
    asked = _ASKED.get(message.subject_type)
    found = db.session.scalar(asked(message.subject_id).limit(1)) if asked else None
    return db.session.get_one(Location, found) if found else at_place((), message.patient_id, now)


def at_place(visits: Iterable[Appointment], patient_id: int | None, now: datetime) -> Location:
    """The place of the first of these visits, else of the patient's next one; else the clinic's first."""
    if not queries.has_several():
        return queries.location()
    first = next((visit.location_id for visit in visits), None) or _of_next(patient_id, now)
    return db.session.get_one(Location, first) if first else queries.location()


def _of_next(patient_id: int | None, now: datetime) -> int | None:
    mine = Appointment.patient_id == patient_id, Appointment.state.in_(COMING), Appointment.starts_at > now
    return db.session.scalar(select(Appointment.location_id).where(*mine).order_by(Appointment.starts_at).limit(1)) if patient_id else None
