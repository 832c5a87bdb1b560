"""What a move to another protocol version cancelled is booked again when the course goes back, where its place is still free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.errors import Refused
from app.schedule import undo
from models.appointment import Appointment, AppointmentSession, VisitState
from models.base import db
from models.message import ChangeSet, VisitChange
from models.treatment import Course, PlanChange, SessionState, TreatmentSession


@dataclass(frozen=True)
class Again:
    """A visit that was cancelled. `why_not`: what is in the way of it now; empty: it is booked again."""

    visit: Appointment
    why_not: str


def book_again(course: Course, move: PlanChange, now: datetime) -> list[Again]:
    """Put the coming visits back that this move of the course cancelled, each by itself: at its time, with its people, in its room.

    The patient hears only of what is different from what they know. Call it once the course has its old numbers.
    """
    visits = _cancelled_by(course, move, now)
    for session in (link.session for visit in visits for link in visit.sessions if link.session.course_id == course.id):
        _wanted_again(session)
    db.session.flush()
    return [Again(visit, _put_back(visit, now)) for visit in visits]


def _cancelled_by(course: Course, move: PlanChange, now: datetime) -> Sequence[Appointment]:
    """Known by their moment: everything that one act changes bears the same."""
    noted = select(VisitChange.appointment_id).join(ChangeSet).where(ChangeSet.at == move.at, VisitChange.new_start.is_(None))
    mine = select(AppointmentSession.appointment_id).join(TreatmentSession).where(TreatmentSession.course_id == course.id)
    found = select(Appointment).where(Appointment.id.in_(noted), Appointment.id.in_(mine), Appointment.starts_at > now)
    return db.session.scalars(found.where(Appointment.state == VisitState.CANCELLED).order_by(Appointment.starts_at)).all()


def _wanted_again(session: TreatmentSession) -> None:
    """The series had no place for it in between."""
    if session.state is SessionState.SKIPPED:
        session.step_back_to(SessionState.PROPOSED)
        session.skipped_why = ""


def _put_back(visit: Appointment, now: datetime) -> str:
    try:
        with db.session.begin_nested():
            undo.step_back(visit, now)
    except Refused as no:
        return no.words
    return ""
