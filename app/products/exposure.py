"""Who was given something of a lot: through a session of their plan, a visit that touched up, or as numbing cream."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models.appointment import Appointment
from models.base import db
from models.numbing import CreamUse
from models.product import Lot, LotRecall, LotRecallState, LotUse, RecalledLot
from models.treatment import Course, TreatmentPlan, TreatmentSession

_OWNER = func.coalesce(TreatmentPlan.patient_id, Appointment.patient_id)


@dataclass(frozen=True)
class Given:
    """One use of a lot, and to whom."""

    patient_id: int
    use: LotUse | CreamUse


def given_of(lot_ids: Collection[int], patient_ids: Collection[int] | None = None) -> list[Given]:
    """What was given of these lots, oldest first. A use that was taken back was none. `patient_ids`: only to them."""
    query = select(_OWNER, LotUse).outerjoin(TreatmentSession, LotUse.session_id == TreatmentSession.id)
    query = query.outerjoin(Course, TreatmentSession.course_id == Course.id).outerjoin(TreatmentPlan, Course.plan_id == TreatmentPlan.id)
    query = query.outerjoin(Appointment, LotUse.appointment_id == Appointment.id).where(LotUse.lot_id.in_(lot_ids))
    query = query.where(LotUse.voided_at.is_(None)).options(joinedload(LotUse.lot).joinedload(Lot.product))
    if patient_ids is not None:
        query = query.where(_OWNER.in_(patient_ids))
    found = [Given(owner, use) for owner, use in db.session.execute(query.order_by(LotUse.used_at, LotUse.id))]
    return sorted([*found, *_as_cream(lot_ids, patient_ids)], key=lambda one: one.use.used_at)


def _as_cream(lot_ids: Collection[int], patient_ids: Collection[int] | None) -> list[Given]:
    query = select(Appointment.patient_id, CreamUse).join(CreamUse, CreamUse.appointment_id == Appointment.id)
    query = query.where(CreamUse.lot_id.in_(lot_ids), CreamUse.voided_at.is_(None))
    if patient_ids is not None:
        query = query.where(Appointment.patient_id.in_(patient_ids))
    query = query.options(joinedload(CreamUse.lot).joinedload(Lot.product)).order_by(CreamUse.id)
    return [Given(owner, use) for owner, use in db.session.execute(query)]


def recalls_about(patient_ids: Collection[int]) -> dict[int, list[int]]:
    """The recalls each of these patients must hear of: a physician has approved them, nobody has closed them."""
    standing = select(RecalledLot.lot_id, RecalledLot.recall_id).join(LotRecall, LotRecall.id == RecalledLot.recall_id)
    of_lot = _by_key(db.session.execute(standing.where(LotRecall.state == LotRecallState.APPROVED)).all())
    if not of_lot:
        return {}
    pairs = {(one.patient_id, recall) for one in given_of(of_lot.keys(), patient_ids) for recall in of_lot[one.use.lot_id]}
    return _by_key(sorted(pairs))


def _by_key(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
