"""Visits: who came, who had confirmed, which consultation led to a plan, how the hours were used."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.reports.asked import Asked
from app.reports.facts.shape import fact, within
from models.appointment import Appointment, AppointmentStatus, VisitKind, VisitState
from models.treatment import PlanState, TreatmentPlan

CAME = (VisitState.ARRIVED, VisitState.IN_TREATMENT, VisitState.DONE, VisitState.NOT_TREATED)
CONSULTATIONS = (VisitKind.CONSULTATION, VisitKind.EVALUATION_AND_TREATMENT)
STARTED = (PlanState.ACTIVE, PlanState.ON_HOLD, PlanState.COMPLETED, PlanState.CLOSED)


def no_shows(asked: Asked) -> Select[Any]:
    """Visits to which somebody came or did not; a hit: did not."""
    known = Appointment.state.in_((*CAME, VisitState.NO_SHOW))
    return _visits(asked, Appointment.state == VisitState.NO_SHOW).where(known)


def confirmed(asked: Asked) -> Select[Any]:
    """Visits of the period that have begun and were not cancelled; a hit: confirmed at the time it had last."""
    said = AppointmentStatus.state.in_((VisitState.BOOKED, VisitState.CONFIRMED))
    mine = select(func.max(AppointmentStatus.id)).where(AppointmentStatus.appointment_id == Appointment.id, said)
    last = select(AppointmentStatus.id).where(
        AppointmentStatus.id == mine.correlate(Appointment).scalar_subquery(), AppointmentStatus.state == VisitState.CONFIRMED
    )
    begun = Appointment.state != VisitState.CANCELLED, Appointment.starts_at < asked.now
    return _visits(asked, last.correlate(Appointment).exists()).where(*begun)


def consultations(asked: Asked) -> Select[Any]:
    """Consultations that took place; a hit: a plan made since the consultation was booked has begun."""
    begun = select(TreatmentPlan.id).where(
        TreatmentPlan.patient_id == Appointment.patient_id, TreatmentPlan.state.in_(STARTED), TreatmentPlan.made_at >= Appointment.made_at
    )
    took_place = Appointment.kind.in_(CONSULTATIONS), Appointment.state == VisitState.DONE
    return _visits(asked, begun.correlate(Appointment).exists()).where(*took_place)


def hours(asked: Asked) -> Select[Any]:
    """Visits that were not cancelled, each with its minutes; a hit: done."""
    return _visits(asked, Appointment.state == VisitState.DONE).where(Appointment.state != VisitState.CANCELLED)


def _visits(asked: Asked, hit: ColumnElement[bool]) -> Select[Any]:
    a_day = timedelta(days=1)  # a visit keeps its day where its zone is another than the clinic's
    rows = fact(
        Appointment.id, Appointment.local_day, hit=hit, by=Appointment.kind, patient=Appointment.patient_id, staff=Appointment.performer_id,
        place=Appointment.location_id, amount=Appointment.minutes,
    ).where(
        Appointment.location_id.in_(asked.places), *within(Appointment.starts_at, asked.since - a_day, asked.until + a_day),
        Appointment.local_day.between(asked.first, asked.last),
    )  # fmt: skip
    return rows if asked.staff_id is None else rows.where(Appointment.performer_id == asked.staff_id)
