"""Numbing cream on, off, and taken back. Callers open the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import history
from app.errors import Refused
from app.i18n import _
from app.products.actions import may_be_used
from app.schedule import guards, rows
from app.schedule.day import preflight_facts
from app.schedule.day.clearance import check_clear
from app.schedule.numbing.standing import CREAM, numbing_minutes, of_the_day
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db
from models.numbing import CreamUse
from models.product import Lot


@dataclass(frozen=True)
class Layer:
    """Cream on one area. `off_at` None: it stays on."""

    lot: Lot
    amount: str
    unit: str
    area: str
    on_at: datetime
    square_cm: int | None = None
    off_at: datetime | None = None


def usual(visit: Appointment, now: datetime) -> list[Layer]:
    """What is put on every day: the lot of the day, its usual amount, on each area that is numbed. Empty where that is not known."""
    shelf = preflight_facts.read([preflight_facts.owners_of(visit)]).shelf(CREAM, visit.location_id)
    found = of_the_day(shelf, visit.local_day)
    if found is None:
        return []
    lot = db.session.get_one(Lot, found.ref)
    areas = dict.fromkeys(course.area for course in rows.courses_in(visit) if numbing_minutes(course))
    return [Layer(lot, found.amount or "", found.unit or "g", area, now) for area in areas]


def put_on(visit: Appointment, layers: Sequence[Layer], now: datetime) -> None:
    """The cream is on. Raises Refused while a pre-flight check stands in the way, and for a lot that must not be used."""
    guards.alone(visit.location_id, visit)
    if visit.state not in (VisitState.ARRIVED, VisitState.IN_TREATMENT):
        raise Refused(_("Cream is put on once the patient has arrived, and before the visit is done."))
    if visit.state is VisitState.ARRIVED:
        check_clear(visit, "start")
    for layer in layers:
        _check(visit, layer, now)
        may_be_used(layer.lot, clock.day_of(layer.on_at, visit.zone))
        db.session.add(CreamUse(
            appointment_id=visit.id, lot_id=layer.lot.id, amount=layer.amount, unit=layer.unit, area=layer.area, square_cm=layer.square_cm,
            on_at=layer.on_at, on_by_id=history.who(), off_at=layer.off_at, off_by_id=history.who() if layer.off_at else None,
        ))  # fmt: skip
    visit.version += 1
    history.record("cream on", visit, now, fields=["cream"])


def take_off(visit: Appointment, at: datetime, now: datetime) -> None:
    """All that is still on comes off; nothing where none is on."""
    for use in on_now(visit):
        use.off_at, use.off_by_id = max(at, use.on_at), history.who()
        history.record("cream off", visit, now, fields=["cream"])


def off_alone(visit: Appointment, now: datetime) -> None:
    """The cream comes off before treatment starts."""
    guards.alone(visit.location_id, visit)
    if not on_now(visit):
        raise Refused(_("No cream is on."))
    take_off(visit, now, now)
    visit.version += 1


def on_again(visit: Appointment, off_at: datetime) -> None:
    """What came off at a moment that is taken back is on."""
    for use in uses_of(visit):
        if use.off_at == off_at:
            use.off_at = use.off_by_id = None


def take_back(visit: Appointment, uses: Sequence[CreamUse], now: datetime) -> None:
    """It was not put on after all; the lines stay, struck through."""
    for use in uses:
        use.voided_at = now
    visit.version += 1
    history.record("cream taken back", visit, now, fields=["cream"])


def uses_of(visit: Appointment, *, voided: bool = False) -> list[CreamUse]:
    """The cream of a visit, as it was put on; `voided`: with what was taken back."""
    query = select(CreamUse).where(CreamUse.appointment_id == visit.id).order_by(CreamUse.on_at, CreamUse.id)
    return list(db.session.scalars(query if voided else query.where(CreamUse.voided_at.is_(None))))


def on_now(visit: Appointment) -> list[CreamUse]:
    """What is still on."""
    return [use for use in uses_of(visit) if use.off_at is None]


def _check(visit: Appointment, layer: Layer, now: datetime) -> None:
    if layer.on_at > now or (layer.off_at and not layer.on_at <= layer.off_at <= now):
        raise Refused(_("The cream cannot come off before it was put on, and neither can be later than now."))
    if visit.state is VisitState.IN_TREATMENT and layer.off_at is None:
        raise Refused(_("Treatment has started: write down when the cream came off."))
