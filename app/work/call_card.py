"""What whoever answers a call at night must know of a patient, on one screen: what was done lately, allergies, findings, the care text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app.i18n import language
from app.names import area_name, message_name, rule_name, staff_names, visit_name
from app.planning.health_questions import age_on
from app.series.contents import content
from app.series.done import sessions_done
from app.today import today_of
from models.appointment import Appointment, VisitKind, VisitState
from models.base import db
from models.call import CallRecord
from models.complication import Complication, ComplicationState
from models.message import Message, MessageState
from models.numbing import CreamUse
from models.patient import Patient
from models.product import Lot, LotUse
from models.task import StaffTask, TaskKind
from models.touch_up import TouchUp
from models.treatment import Course, TreatmentSession

LATELY = timedelta(days=30)
ALLERGIES = ("allergy_product", "fish_allergy")
CARE = ("aftercare", "same_evening")
REACHED = (MessageState.SENT, MessageState.UNKNOWN, MessageState.FILED)
SHOWN_CALLS = 10


@dataclass(frozen=True)
class Procedure:
    """One treatment in words. `notes`: reaction and note, as they were written down."""

    day: date
    ended: datetime | None
    what: str
    area: str
    who: str
    uses: Sequence[LotUse]
    notes: list[str]


@dataclass(frozen=True)
class SentCare:
    """A care text as it went to the patient. `state`: how far it got."""

    name: str
    state: MessageState
    at: datetime
    text: str


@dataclass(frozen=True)
class CallCard:
    """One patient, as the phone needs it."""

    patient: Patient
    age: int | None
    procedures: list[Procedure]
    creams: Sequence[CreamUse]
    allergies: list[str]
    findings: list[str]
    complications: Sequence[Complication]
    care: list[SentCare]
    calls: Sequence[CallRecord]
    staff: dict[int, str]
    asked: StaffTask | None


def card_of(patient: Patient, now: datetime) -> CallCard:
    """Everything on the screen."""
    today, staff = today_of(now), staff_names()
    open_findings = [one for one in patient.findings if one.cleared_at is None]
    return CallCard(
        patient, age_on(patient.birth_date, today) if patient.birth_date else None, procedures(patient, today - LATELY, staff),
        _creams(patient, now - LATELY),
        allergies=[one.product or rule_name(one.rule) for one in open_findings if one.rule in ALLERGIES],
        findings=[rule_name(one.rule) for one in open_findings if one.rule not in ALLERGIES], complications=_complications(patient),
        care=_care(patient, now - LATELY), calls=_calls(patient), staff=staff, asked=open_request(patient.id),
    )  # fmt: skip


def procedures(patient: Patient, since: date, staff: dict[int, str]) -> list[Procedure]:
    """What was done from a day on, the latest first: sessions, and touch-ups, which have none."""
    found = [_of_session(one, staff) for one in sessions_done(patient.id, since)]
    found += [_of_visit(one, staff) for one in _touch_ups(patient, since)]
    return sorted(found, key=lambda one: one.day, reverse=True)


def open_request(patient_id: int) -> StaffTask | None:
    """The patient's wish for a call that nobody has fulfilled."""
    mine = StaffTask.patient_id == patient_id, StaffTask.kind == TaskKind.CALL_PATIENT, StaffTask.closed_at.is_(None)
    return db.session.scalar(select(StaffTask).where(*mine).order_by(StaffTask.id).limit(1))


def _touch_ups(patient: Patient, since: date) -> Sequence[Appointment]:
    query = select(Appointment).where(
        Appointment.patient_id == patient.id, Appointment.state == VisitState.DONE, Appointment.local_day >= since,
        Appointment.kind.in_((VisitKind.TOUCH_UP, VisitKind.PATCH_TEST)),
    )  # fmt: skip
    return db.session.scalars(query).all()


def _of_session(session: TreatmentSession, staff: dict[int, str]) -> Procedure:
    notes, course = [part for part in (session.reaction, session.note) if part], session.course
    who = session.elsewhere.get("place", "") if session.elsewhere else staff.get(session.performed_by_id or 0, "")
    assert session.performed_on is not None
    return Procedure(session.performed_on, session.performed_end, content(course).names.in_(language()), area_name(course.area), who,
                     _uses(LotUse.session_id == session.id), notes)  # fmt: skip


def _of_visit(visit: Appointment, staff: dict[int, str]) -> Procedure:
    course = db.session.get(Course, visit.course_id) if visit.course_id else None
    of = f": {content(course).names.in_(language())}" if course else ""
    seen = db.session.get(TouchUp, visit.id)
    notes = [part for part in (seen.reaction, seen.note) if part] if seen else []
    return Procedure(visit.local_day, visit.ends_at, visit_name(visit.kind) + of, area_name(course.area) if course else "",
                     staff.get(visit.performer_id or 0, ""), _uses(LotUse.appointment_id == visit.id), notes)  # fmt: skip


def _uses(of: ColumnElement[bool]) -> Sequence[LotUse]:
    query = select(LotUse).where(of, LotUse.voided_at.is_(None)).options(joinedload(LotUse.lot).joinedload(Lot.product))
    return db.session.scalars(query.order_by(LotUse.id)).all()


def _creams(patient: Patient, since: datetime) -> Sequence[CreamUse]:
    """Numbing cream that was put on since, the latest first."""
    mine = Appointment.patient_id == patient.id, CreamUse.on_at >= since, CreamUse.voided_at.is_(None)
    query = select(CreamUse).join(Appointment, Appointment.id == CreamUse.appointment_id).where(*mine).order_by(CreamUse.on_at.desc())
    return db.session.scalars(query.options(joinedload(CreamUse.lot).joinedload(Lot.product))).all()


def _complications(patient: Patient) -> Sequence[Complication]:
    query = select(Complication).where(Complication.patient_id == patient.id, Complication.state == ComplicationState.OPEN)
    return db.session.scalars(query.order_by(Complication.id.desc())).all()


def _care(patient: Patient, since: datetime) -> list[SentCare]:
    """The texts about care that went since, the latest first, word for word."""
    mine = Message.patient_id == patient.id, Message.kind.in_(CARE), Message.state.in_(REACHED), Message.settled_at >= since
    sent = db.session.scalars(select(Message).where(*mine).order_by(Message.settled_at.desc()).options(joinedload(Message.body)))
    return [SentCare(message_name(one.kind), one.state, one.settled_at, one.body.text) for one in sent if one.body and one.settled_at]


def _calls(patient: Patient) -> Sequence[CallRecord]:
    query = select(CallRecord).where(CallRecord.patient_id == patient.id).order_by(CallRecord.id.desc()).limit(SHOWN_CALLS)
    return db.session.scalars(query).all()
