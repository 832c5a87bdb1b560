"""The queries behind a patient's facts: one each, whatever the number of visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, union
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from models.appointment import Appointment, AppointmentSession, AppointmentStatus, VisitState
from models.base import db
from models.clinic import Location
from models.event import Event
from models.message import ChangeSet, MailLink, Message, MessageState
from models.patient import Consent, ConsentKind
from models.protocol import ProtocolVersion
from models.treatment import Course, Hold, PlanState, SessionState, TreatmentPlan, TreatmentSession

HORIZON = timedelta(days=110)
"""Longer than the longest question a session calls for (late check: 90 days, useful for 14 more)."""
VISITS_BEFORE, VISITS_AFTER = timedelta(days=4), timedelta(days=14)
INVITED_AROUND = timedelta(days=50)
JUST_NOW = timedelta(hours=2)
ENDS = (VisitState.DONE, VisitState.NOT_TREATED, VisitState.NO_SHOW, VisitState.CANCELLED)
CHECKIN = "checkin"
"""The purpose of the link by which a patient answers "how are you": `argument` fine | question | call_me."""


def visits(patient_id: int, since: datetime) -> tuple[Appointment, ...]:
    """The patient's visits from a moment on, with their sessions, courses and protocols."""
    query = select(Appointment).where(Appointment.patient_id == patient_id, Appointment.starts_at >= since)
    course = selectinload(Appointment.sessions).joinedload(AppointmentSession.session).joinedload(TreatmentSession.course)
    query = query.options(
        course.joinedload(Course.protocol_version).joinedload(ProtocolVersion.protocol),
        course.joinedload(Course.plan),
        joinedload(Appointment.plan),
    )
    return tuple(db.session.scalars(query.order_by(Appointment.starts_at, Appointment.id)))


def marks(appointment_ids: Sequence[int]) -> dict[int, datetime]:
    """When the end of each visit was written down, the last time it was."""
    if not appointment_ids:
        return {}
    rows = db.session.execute(
        select(AppointmentStatus.appointment_id, AppointmentStatus.at)
        .where(AppointmentStatus.appointment_id.in_(appointment_ids), AppointmentStatus.state.in_(ENDS))
        .order_by(AppointmentStatus.id)
    )
    return dict(rows.all())


def change_sets(patient_id: int, since: datetime) -> tuple[ChangeSet, ...]:
    """What was changed about the patient's visits, oldest first."""
    query = select(ChangeSet).where(ChangeSet.patient_id == patient_id, ChangeSet.at >= since)
    return tuple(db.session.scalars(query.options(selectinload(ChangeSet.changes)).order_by(ChangeSet.id)))


def courses(patient_id: int) -> tuple[Course, ...]:
    """Every course in a plan that is not over."""
    open_plan = TreatmentPlan.state.not_in((PlanState.CLOSED, PlanState.DRAFT))
    query = select(Course).join(Course.plan).where(TreatmentPlan.patient_id == patient_id, open_plan)
    query = query.options(contains_eager(Course.plan), joinedload(Course.protocol_version).joinedload(ProtocolVersion.protocol))
    return tuple(db.session.scalars(query.order_by(Course.id)))


def performed(patient_id: int) -> tuple[TreatmentSession, ...]:
    """Every session that took place, oldest first."""
    query = select(TreatmentSession).join(TreatmentSession.course).join(TreatmentPlan, TreatmentPlan.id == Course.plan_id)
    query = query.where(TreatmentPlan.patient_id == patient_id, TreatmentSession.state == SessionState.DONE)
    query = query.options(contains_eager(TreatmentSession.course).joinedload(Course.protocol_version).joinedload(ProtocolVersion.protocol))
    return tuple(db.session.scalars(query.order_by(TreatmentSession.performed_on, TreatmentSession.id)))


def open_holds(patient_id: int) -> tuple[Hold, ...]:
    """Pauses that nobody has ended."""
    query = select(Hold).join(Hold.plan).where(TreatmentPlan.patient_id == patient_id, Hold.released_at.is_(None))
    return tuple(db.session.scalars(query))


def recall_consent(patient_id: int) -> bool:
    """The patient agreed to be invited, and has not taken it back."""
    given = select(Consent.id).where(Consent.patient_id == patient_id, Consent.kind == ConsentKind.RECALL, Consent.withdrawn_at.is_(None))
    return db.session.scalar(given.limit(1)) is not None


def answers(patient_id: int, since: datetime) -> tuple[MailLink, ...]:
    """What the patient answered to "how are you", oldest first."""
    query = select(MailLink).where(MailLink.patient_id == patient_id, MailLink.purpose == CHECKIN, MailLink.used_at >= since)
    return tuple(db.session.scalars(query.order_by(MailLink.used_at)))


def messages(patient_id: int, since: datetime) -> tuple[Message, ...]:
    """The patient's messages that are open, or were due from a moment on."""
    query = select(Message).where(Message.patient_id == patient_id)
    query = query.where(or_(Message.state.in_((MessageState.WAITING, MessageState.CLAIMED)), Message.due_at >= since))
    return tuple(db.session.scalars(query.order_by(Message.id)))


def in_motion(now: datetime) -> list[int]:
    """Patients for whom something may be wanted: a visit about now, an open message, maintenance near, or touched just now."""
    near = select(Appointment.patient_id).where(
        Appointment.location_id.in_(select(Location.id)), Appointment.starts_at.between(now - VISITS_BEFORE, now + VISITS_AFTER)
    )
    waiting = select(Message.patient_id).where(Message.state == MessageState.WAITING, Message.patient_id.is_not(None))
    first, last = now.date() - INVITED_AROUND, now.date() + INVITED_AROUND
    invited = select(TreatmentPlan.patient_id).join(Course, Course.plan_id == TreatmentPlan.id)
    invited = invited.where(Course.live, Course.due_on.between(first, last), Course.due_step.startswith("M"))
    touched = select(Event.patient_id).where(Event.at >= now - JUST_NOW, Event.patient_id.is_not(None), Event.action != "viewed")
    return [key for key in db.session.scalars(union(near, waiting, invited, touched)) if key is not None]
