"""All that is known of one lot: who was given something of it, who perhaps, and which visits to come need such a product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.lot_recalls.queries import unsure
from app.products.exposure import given_of
from app.series.contents import content
from models.appointment import COMING, Appointment, AppointmentSession, Outcome
from models.base import db
from models.numbing import CreamUse
from models.patient import Patient
from models.product import Lot, LotRecall, LotUse, RecalledLot

AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class LotCard:
    """One lot for clinical eyes. `perhaps`: how many sessions of which nobody can say; `recalls`: the latest first."""

    given: list[tuple[Patient, LotUse | CreamUse]]
    perhaps: int
    recalls: list[LotRecall]


def card_of(lot: Lot, today: date) -> LotCard:
    """Who was given something of it, the latest first."""
    given = given_of([lot.id])[::-1]
    people = {one.id: one for one in db.session.scalars(select(Patient).where(Patient.id.in_({row.patient_id for row in given})))}
    about = select(LotRecall).join(RecalledLot, RecalledLot.recall_id == LotRecall.id).where(RecalledLot.lot_id == lot.id)
    recalls = list(db.session.scalars(about.order_by(LotRecall.id.desc())))
    return LotCard([(people[row.patient_id], row.use) for row in given], len(unsure([lot], today)), recalls)


def visits_that_need(kind: str, today: date) -> list[Appointment]:
    """Visits of the next two weeks whose protocol uses a product of this kind, the next one first."""
    near = select(AppointmentSession).join(Appointment, Appointment.id == AppointmentSession.appointment_id)
    near = near.where(Appointment.state.in_(COMING), Appointment.local_day.between(today, today + AHEAD))
    planned = near.where(AppointmentSession.outcome == Outcome.PLANNED).options(joinedload(AppointmentSession.appointment))
    links = db.session.scalars(planned)
    found = {link.appointment_id: link.appointment for link in links if kind in content(link.session.course).products}
    return sorted(found.values(), key=lambda visit: visit.starts_at)
