"""Whoever is not coming: has the same been booked again? Asked within the question for the day's visits, of those rows alone."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ScalarSelect, case, func, select, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from models.appointment import LIVE, Appointment, AppointmentSession, Outcome, VisitState

NOT_COMING = (VisitState.NO_SHOW, VisitState.CANCELLED, VisitState.NOT_TREATED)


def booked_again() -> ColumnElement[date]:
    """The day of the other visit that carries one of this visit's sessions; of a visit without sessions the next of its kind."""
    day = case((Appointment.state.in_(NOT_COMING), func.coalesce(_of_its_sessions(), _of_its_kind())))
    return type_coerce(day, Date())


def _of_its_sessions() -> ScalarSelect[date]:
    other, mine, theirs = aliased(Appointment), aliased(AppointmentSession), aliased(AppointmentSession)
    return (
        select(func.min(other.local_day))
        .join_from(mine, theirs, theirs.session_id == mine.session_id)
        .join(other, other.id == theirs.appointment_id)
        .where(mine.appointment_id == Appointment.id, theirs.outcome.in_((Outcome.PLANNED, Outcome.DONE)), other.id != Appointment.id)
        .correlate(Appointment)
        .scalar_subquery()
    )


def _of_its_kind() -> ScalarSelect[date]:
    other, mine = aliased(Appointment), aliased(AppointmentSession)
    carried = select(mine.session_id).where(mine.appointment_id == Appointment.id).correlate(Appointment)
    return (
        select(func.min(other.local_day))
        .where(other.patient_id == Appointment.patient_id, other.kind == Appointment.kind, other.state.in_(LIVE))
        .where(other.starts_at > Appointment.starts_at, ~carried.exists())
        .correlate(Appointment)
        .scalar_subquery()
    )
