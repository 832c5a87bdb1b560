"""Who was given something of the lots of a recall, and who has heard of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from flask import abort
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload

from app import tasks
from app.clinic import queries as clinic_queries
from app.letters import fold
from app.messages.kinds_lots import LOT_RECALL
from app.patients.reach import is_minor, reach_of
from app.products.exposure import given_of
from app.series.contents import content
from app.today import today_of
from models import clock
from models.base import db
from models.message import Message, MessageState
from models.numbing import CreamUse
from models.patient import Patient
from models.product import Lot, LotRecall, LotRecallState, LotUse, Product, RecalledLot
from models.task import StaffTask, TaskKind
from models.treatment import Course, SessionState, TreatmentPlan, TreatmentSession

MOST_UNSURE = 200
LONG_BEFORE = timedelta(days=366)
"""A session without a lot is worth a look from so long before the lot expires."""


class Heard(StrEnum):
    """How far it has got with one patient."""

    MAILED = "mailed"
    CALLED = "called"
    GOES = "goes"
    TO_CALL = "to_call"
    NOBODY_KNOWS = "nobody_knows"
    DECEASED = "deceased"
    NOT_YET = "not_yet"


NOT_YET = (Heard.GOES, Heard.TO_CALL, Heard.NOBODY_KNOWS, Heard.NOT_YET)
_BY_STATE = {MessageState.SENT: Heard.MAILED, MessageState.WAITING: Heard.GOES, MessageState.CLAIMED: Heard.GOES}


@dataclass(frozen=True)
class Exposed:
    """One patient with all that was given to them of these lots. `message`: the mail about it, if there is one."""

    patient: Patient
    uses: list[LotUse | CreamUse]
    heard: Heard
    message: Message | None
    minor: bool
    no_mail: bool
    abroad: bool


def recall_or_404(recall_id: int) -> LotRecall:
    """The recall, or the page that says there is none."""
    return db.session.get(LotRecall, recall_id) or abort(404)


def recalls() -> Sequence[LotRecall]:
    """Every recall, those that are not closed first, the latest first."""
    found = db.session.scalars(select(LotRecall).order_by(LotRecall.id.desc())).all()
    return sorted(found, key=lambda recall: recall.state is LotRecallState.CLOSED)


def called_back_already(lots: Iterable[Lot]) -> Lot | None:
    """One of these lots that a recall is about which nobody has closed."""
    query = select(Lot).join(RecalledLot, RecalledLot.lot_id == Lot.id).join(LotRecall, LotRecall.id == RecalledLot.recall_id)
    query = query.where(Lot.id.in_([lot.id for lot in lots]), LotRecall.state != LotRecallState.CLOSED)
    return db.session.scalar(query.limit(1))


def lots_to_choose() -> list[tuple[Lot, Product]]:
    """Every lot with its product, by product and number."""
    query = select(Lot, Product).join(Lot.product).order_by(Product.name, Lot.number)
    return [(lot, product) for lot, product in db.session.execute(query)]


def exposed(recall: LotRecall, now: datetime) -> list[Exposed]:
    """Everybody who was given something of these lots, by name."""
    uses: dict[int, list[LotUse | CreamUse]] = {}
    for one in given_of([lot.id for lot in recall.lots]):
        uses.setdefault(one.patient_id, []).append(one.use)
    mails, calls, clinic = _mails(recall), _calls(recall), clinic_queries.the_clinic()
    today = clock.day_of(now, clinic.zone)
    found = db.session.scalars(select(Patient).where(Patient.id.in_(uses)).order_by(Patient.sort_key, Patient.id))
    return [
        Exposed(
            patient, uses[patient.id], _heard(patient, mails.get(patient.id), calls.get(patient.id)), mails.get(patient.id),
            minor=is_minor(patient, today),
            no_mail=not reach_of(patient, today).by_mail, abroad=patient.zone not in (None, "", clinic.zone),
        )
        for patient in found
    ]  # fmt: skip


def perhaps(recall: LotRecall) -> list[tuple[TreatmentSession, Patient]]:
    """Sessions of which nobody can say whether something of these lots was given in them."""
    return unsure(recall.lots, today_of(recall.opened_at))


def unsure(lots: Sequence[Lot], until: date) -> list[tuple[TreatmentSession, Patient]]:
    """Sessions done here with such a product while these lots were there, and no lot written down.

    Also those whose lot is written like one of these, but for letters and signs. Latest first.
    """
    kinds = {lot.product.kind for lot in lots}
    used = select(LotUse.session_id).where(LotUse.session_id.is_not(None), LotUse.voided_at.is_(None))
    blank = _sessions().where(TreatmentSession.id.not_in(used), TreatmentSession.performed_on.between(*_span(lots, until)))
    rows = db.session.execute(blank)
    found = [(one, whose) for one, whose in rows if one.elsewhere is None and kinds & set(content(one.course).products)]
    alike = select(LotUse.session_id).where(LotUse.lot_id.in_([lot.id for lot in _written_alike(lots)]), LotUse.voided_at.is_(None))
    found += db.session.execute(_sessions().where(TreatmentSession.id.in_(alike)))
    return sorted(found, key=lambda pair: pair[0].performed_on or date.min, reverse=True)[:MOST_UNSURE]


def _sessions() -> Select[TreatmentSession, Patient]:
    query = select(TreatmentSession, Patient).join(Course, TreatmentSession.course_id == Course.id)
    query = query.join(TreatmentPlan, Course.plan_id == TreatmentPlan.id).join(Patient, TreatmentPlan.patient_id == Patient.id)
    query = query.options(joinedload(TreatmentSession.course).joinedload(Course.protocol_version))
    return query.where(TreatmentSession.state == SessionState.DONE)


def _span(lots: Sequence[Lot], until: date) -> tuple[date, date]:
    """The days on which such a lot can have been used: before it expired, and at the latest when it was called back."""
    expired = max(lot.expires_on for lot in lots)
    return min(lot.expires_on for lot in lots) - 3 * LONG_BEFORE, min(expired, until)


def _written_alike(called_back: Sequence[Lot]) -> list[Lot]:
    """Other lots of these kinds of product whose number is the same but for signs and letters that look alike."""
    mine, kinds = {_bare(lot.number) for lot in called_back}, {lot.product.kind for lot in called_back}
    others = db.session.scalars(select(Lot).join(Lot.product).where(Product.kind.in_(kinds)))
    return [lot for lot in others if lot not in called_back and _bare(lot.number) in mine]


def _bare(number: str) -> str:
    return "".join(letter for letter in fold(number) if letter.isalnum()).translate(str.maketrans("oil", "011"))


def _mails(recall: LotRecall) -> dict[int, Message]:
    return {message.patient_id or 0: message for message in db.session.scalars(select(Message).where(*_about(recall)))}


def _about(recall: LotRecall) -> tuple[ColumnElement[bool], ...]:
    return Message.kind == LOT_RECALL, Message.subject_type == LotRecall.__tablename__, Message.subject_id == recall.id


def _calls(recall: LotRecall) -> dict[int, StaffTask]:
    """The call to each patient about these mails: one that still waits, else one by which the patient was told, else none."""
    mails = select(Message.id).where(*_about(recall))
    mine = (StaffTask.kind == TaskKind.CALL, StaffTask.subject_type == Message.__tablename__, StaffTask.subject_id.in_(mails))
    counts = or_(StaffTask.closed_at.is_(None), StaffTask.closed_as.in_(tasks.TOLD))
    calls = db.session.scalars(select(StaffTask).where(*mine, counts).order_by(StaffTask.closed_at.is_(None), StaffTask.id))
    return {task.patient_id or 0: task for task in calls}


def _heard(patient: Patient, message: Message | None, call: StaffTask | None) -> Heard:
    if patient.deceased_on is not None:
        return Heard.DECEASED
    if message is not None and message.state in _BY_STATE:
        return _BY_STATE[message.state]
    if call is not None:
        return Heard.TO_CALL if call.closed_at is None else Heard.CALLED
    return Heard.NOT_YET if message is None else Heard.NOBODY_KNOWS

