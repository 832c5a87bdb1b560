"""The queries behind patients' facts: one each, whatever the number of patients and visits. What nothing is found for is empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import BindParameter, bindparam, or_, select, union
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from models.appointment import Appointment, AppointmentSession, AppointmentStatus, VisitState
from models.base import Base, db
from models.clinic import Location
from models.complication import Complication, ComplicationState
from models.event import LOOKS, Event
from models.message import IS_WAITING, ChangeSet, MailLink, Message, MessageState
from models.patient import Consent, ConsentKind, Patient
from models.protocol import ProtocolVersion
from models.treatment import Course, Hold, PlanState, SessionState, TreatmentPlan, TreatmentSession

Row = TypeVar("Row", bound=Base)
HORIZON = timedelta(days=110)
"""Longer than the longest question a session calls for (late check: 90 days, useful for 14 more)."""
VISITS_BEFORE, VISITS_AFTER = timedelta(days=4), timedelta(days=14)
INVITED_AROUND = timedelta(days=50)
JUST_NOW = timedelta(hours=2)
ENDS = (VisitState.DONE, VisitState.NOT_TREATED, VisitState.NO_SHOW, VisitState.CANCELLED)
CHECKIN = "checkin"
"""The purpose of the link by which a patient answers "how are you": `argument` fine | question | call_me."""


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_SINCE: BindParameter[Any] = bindparam("since")
# Questions that are asked at every change and before every mail are put together once.
_PROTOCOL = joinedload(Course.protocol_version).joinedload(ProtocolVersion.protocol)
_PATIENTS = select(Patient).where(Patient.id.in_(_IDS)).options(selectinload(Patient.contacts)).order_by(Patient.id)
_COURSE_OF_SESSION = selectinload(Appointment.sessions).joinedload(AppointmentSession.session).joinedload(TreatmentSession.course)
_VISITS = (
    select(Appointment).where(Appointment.patient_id.in_(_IDS), Appointment.starts_at >= _SINCE)
    .options(_COURSE_OF_SESSION.options(_PROTOCOL, joinedload(Course.plan)), joinedload(Appointment.plan))
    .order_by(Appointment.starts_at, Appointment.id)
)  # fmt: skip
_MARKS = (
    select(AppointmentStatus.appointment_id, AppointmentStatus.at)
    .where(AppointmentStatus.appointment_id.in_(_IDS), AppointmentStatus.state.in_(ENDS)).order_by(AppointmentStatus.id)
)  # fmt: skip
_CHANGE_SETS = (
    select(ChangeSet).where(ChangeSet.patient_id.in_(_IDS), ChangeSet.at >= _SINCE).options(selectinload(ChangeSet.changes))
    .order_by(ChangeSet.id)
)  # fmt: skip
_COURSES = (
    select(Course).join(Course.plan).options(contains_eager(Course.plan), _PROTOCOL).order_by(Course.id)
    .where(TreatmentPlan.patient_id.in_(_IDS), TreatmentPlan.state.not_in((PlanState.CLOSED, PlanState.DRAFT)))
)  # fmt: skip
_PERFORMED = (
    select(TreatmentSession).join(TreatmentSession.course).join(Course.plan)
    .where(TreatmentPlan.patient_id.in_(_IDS), TreatmentSession.state == SessionState.DONE)
    .options(contains_eager(TreatmentSession.course).options(contains_eager(Course.plan), _PROTOCOL))
    .order_by(TreatmentSession.performed_on, TreatmentSession.id)
)  # fmt: skip
_OPEN_HOLDS = (
    select(Hold).join(Hold.plan).options(contains_eager(Hold.plan)).where(TreatmentPlan.patient_id.in_(_IDS), Hold.released_at.is_(None))
)  # fmt: skip
_RECALL = select(Consent.patient_id).where(
    Consent.kind == ConsentKind.RECALL, Consent.withdrawn_at.is_(None), Consent.patient_id.in_(_IDS)
)  # fmt: skip
_COMPLICATIONS = select(Complication.patient_id).where(Complication.state == ComplicationState.OPEN, Complication.patient_id.in_(_IDS))
_ANSWERS = (
    select(MailLink).where(MailLink.patient_id.in_(_IDS), MailLink.purpose == CHECKIN, MailLink.used_at >= _SINCE)
    .order_by(MailLink.used_at)
)  # fmt: skip
_OPEN_OR_LATE = or_(Message.state.in_((MessageState.WAITING, MessageState.CLAIMED)), Message.due_at >= _SINCE)
_MESSAGES = select(Message).where(Message.patient_id.in_(_IDS), _OPEN_OR_LATE).order_by(Message.id)


def patients(patient_ids: Collection[int]) -> list[Patient]:
    """These patients with the people around them, in the order of their numbers."""
    return list(db.session.scalars(_PATIENTS, {"ids": list(patient_ids)}))


def visits(patient_ids: Collection[int], since: datetime) -> dict[int, list[Appointment]]:
    """Each patient's visits from a moment on, with their sessions, courses and protocols."""
    rows = db.session.scalars(_VISITS, {"ids": list(patient_ids), "since": since})
    return _by_patient((visit.patient_id, visit) for visit in rows)


def marks(appointment_ids: Sequence[int]) -> dict[int, datetime]:
    """When the end of each visit was written down, the last time it was."""
    if not appointment_ids:
        return {}
    return dict(db.session.execute(_MARKS, {"ids": list(appointment_ids)}).all())


def change_sets(patient_ids: Collection[int], since: datetime) -> dict[int, list[ChangeSet]]:
    """What was changed about each patient's visits, oldest first."""
    rows = db.session.scalars(_CHANGE_SETS, {"ids": list(patient_ids), "since": since})
    return _by_patient((one.patient_id, one) for one in rows)


def courses(patient_ids: Collection[int]) -> dict[int, list[Course]]:
    """Every course in a plan that is not over."""
    return _by_patient((course.plan.patient_id, course) for course in db.session.scalars(_COURSES, {"ids": list(patient_ids)}))


def performed(patient_ids: Collection[int]) -> dict[int, list[TreatmentSession]]:
    """Every session that took place, oldest first."""
    rows = db.session.scalars(_PERFORMED, {"ids": list(patient_ids)})
    return _by_patient((session.course.plan.patient_id, session) for session in rows)


def open_holds(patient_ids: Collection[int]) -> dict[int, list[Hold]]:
    """Pauses that nobody has ended."""
    return _by_patient((hold.plan.patient_id, hold) for hold in db.session.scalars(_OPEN_HOLDS, {"ids": list(patient_ids)}))


def recall_consents(patient_ids: Collection[int]) -> set[int]:
    """Who agreed to be invited, and has not taken it back."""
    return set(db.session.scalars(_RECALL, {"ids": list(patient_ids)}))


def with_complication(patient_ids: Collection[int]) -> set[int]:
    """Who has a complication that no physician has cleared."""
    return set(db.session.scalars(_COMPLICATIONS, {"ids": list(patient_ids)}))


def answers(patient_ids: Collection[int], since: datetime) -> dict[int, list[MailLink]]:
    """What each patient answered to "how are you", oldest first."""
    rows = db.session.scalars(_ANSWERS, {"ids": list(patient_ids), "since": since})
    return _by_patient((link.patient_id, link) for link in rows)


def messages(patient_ids: Collection[int], since: datetime) -> dict[int, list[Message]]:
    """Each patient's messages that are open, or were due from a moment on."""
    rows = db.session.scalars(_MESSAGES, {"ids": list(patient_ids), "since": since})
    return _by_patient((message.patient_id, message) for message in rows)


def _by_patient(pairs: Iterable[tuple[int | None, Row]]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for patient_id, row in pairs:
        if patient_id is not None:
            found[patient_id].append(row)
    return found


def in_motion(now: datetime) -> list[int]:
    """Patients for whom something may be wanted: a visit about now, an open message, maintenance near, or touched just now."""
    near = select(Appointment.patient_id).where(
        Appointment.location_id.in_(select(Location.id)), Appointment.starts_at.between(now - VISITS_BEFORE, now + VISITS_AFTER)
    )
    waiting = select(Message.patient_id).where(IS_WAITING, Message.patient_id.is_not(None))
    first, last = now.date() - INVITED_AROUND, now.date() + INVITED_AROUND
    invited = select(TreatmentPlan.patient_id).join(Course, Course.plan_id == TreatmentPlan.id)
    invited = invited.where(Course.live, Course.due_on.between(first, last), Course.due_step.startswith("M"))
    touched = select(Event.patient_id).where(Event.at >= now - JUST_NOW, Event.patient_id.is_not(None), Event.action.not_in(LOOKS))
    return [key for key in db.session.scalars(union(near, waiting, invited, touched)) if key is not None]
