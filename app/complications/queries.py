"""A complication with what belongs to it: the sessions it may come from, their lots and who else was given them, visits to follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.formats import short_day_of_year
from app.i18n import language
from app.products.exposure import given_of
from app.series.contents import content
from app.series.done import sessions_done
from models.appointment import Appointment, AppointmentSession, Outcome, VisitKind, VisitState
from models.base import db
from models.complication import Complication
from models.numbing import CreamUse
from models.patient import Patient
from models.product import Lot, LotUse, Product
from models.treatment import TreatmentSession

COMES_WITHIN = timedelta(days=365)
"""Late nodules come months after the treatment; a longer list helps nobody to choose."""


@dataclass(frozen=True)
class Other:
    """Another patient who was given something of the same lots, and of which ones."""

    patient: Patient
    uses: list[LotUse | CreamUse]


def complication_or_404(complication_id: int) -> Complication:
    """The complication, or the page that says there is none."""
    return db.session.get(Complication, complication_id) or abort(404)


def session_words(session: TreatmentSession) -> str:
    """Which session that is: when, and of what."""
    day = short_day_of_year(session.performed_on, language()) if session.performed_on else "–"
    return f"{day} · {content(session.course).names.in_(language())}"


def uses_of(found: Complication) -> list[LotUse | CreamUse]:
    """What was used in the session it came from, numbing cream too; where none is named, all that was used on the patient in the year
    before."""
    mine = LotUse.session_id == found.session_id
    if found.session_id is None:
        sessions = [session.id for session in sessions_done(found.patient_id)]
        mine = LotUse.session_id.in_(sessions) & (LotUse.used_at >= found.noticed_at - COMES_WITHIN)
    query = select(LotUse).where(mine, LotUse.voided_at.is_(None)).options(joinedload(LotUse.lot).joinedload(Lot.product))
    return [*db.session.scalars(query.order_by(LotUse.id)), *_creams(found)]


def _creams(found: Complication) -> Sequence[CreamUse]:
    since = found.noticed_at - COMES_WITHIN
    visits = select(Appointment.id).where(Appointment.patient_id == found.patient_id, Appointment.starts_at >= since)
    if found.session_id is not None:
        visits = select(AppointmentSession.appointment_id).where(
            AppointmentSession.session_id == found.session_id, AppointmentSession.outcome == Outcome.DONE
        )
    query = select(CreamUse).where(CreamUse.appointment_id.in_(visits), CreamUse.voided_at.is_(None))
    return db.session.scalars(query.options(joinedload(CreamUse.lot).joinedload(Lot.product)).order_by(CreamUse.id)).all()


def others_given(found: Complication) -> list[Other]:
    """Other patients who were given something of these lots, by name."""
    given: dict[int, list[LotUse | CreamUse]] = {}
    for one in given_of({use.lot_id for use in uses_of(found)}):
        if one.patient_id != found.patient_id:
            given.setdefault(one.patient_id, []).append(one.use)
    people = db.session.scalars(select(Patient).where(Patient.id.in_(given)).order_by(Patient.sort_key, Patient.id))
    return [Other(patient, given[patient.id]) for patient in people]


def follow_ups(found: Complication) -> Sequence[Appointment]:
    """Visits made to look at it, also those to come."""
    query = select(Appointment).where(
        Appointment.patient_id == found.patient_id, Appointment.kind == VisitKind.COMPLICATION_CHECK,
        Appointment.starts_at >= found.noticed_at - timedelta(days=1), Appointment.state != VisitState.CANCELLED,
    )  # fmt: skip
    return db.session.scalars(query.order_by(Appointment.starts_at)).all()


def lots_to_choose() -> list[tuple[str, str]]:
    """Every lot with its product."""
    query = select(Lot.id, Product.name, Lot.number).join(Lot.product).order_by(Product.name, Lot.number)
    return [(str(key), f"{name} · {number}") for key, name, number in db.session.execute(query)]
