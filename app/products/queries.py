"""Which lots may be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from flask import abort
from sqlalchemy import CompoundSelect, and_, func, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from app.letters import sort_key
from models.appointment import Appointment, AppointmentSession, Outcome
from models.base import db
from models.numbing import CreamUse
from models.product import Lot, LotUse, Product, StockChange, StockMove

SOON = timedelta(days=60)
"""A lot that expires within this time is to be used first."""


def usable_lots(kind: str, day: date, place_id: int | None = None) -> list[Lot]:
    """The lots of a kind of product that may be used on a day (and at a place): not expired, not frozen, the product in use.

    The one made default last stands first, then those that expire soonest.
    """
    query = (
        select(Lot)
        .join(Lot.product)
        .where(Product.kind == kind, Product.active, Lot.frozen_at.is_(None), Lot.expires_on >= day)
        .options(joinedload(Lot.product))
    )
    if place_id is not None:
        query = query.where(or_(Lot.location_id.is_(None), Lot.location_id == place_id))
    return sorted(db.session.scalars(query), key=lambda lot: (-(lot.default_on or date.min).toordinal(), lot.expires_on, lot.id))


def default_lot(kind: str, day: date) -> Lot | None:
    """The lot that a session of this day is offered first."""
    return next(iter(usable_lots(kind, day)), None)


def all_products() -> list[Product]:
    """Every product with its lots, those in use first, by name."""
    found = db.session.scalars(select(Product).options(selectinload(Product.lots)))
    return sorted(found, key=lambda product: (not product.active, sort_key(product.name)))


def times_used(lots: Sequence[Lot]) -> dict[int, int]:
    """How often each lot was used, as numbing cream too."""
    found: Counter[int] = Counter()
    for table in (LotUse, CreamUse):
        query = select(table.lot_id, func.count()).where(table.lot_id.in_([lot.id for lot in lots]), table.voided_at.is_(None))
        found.update(dict(db.session.execute(query.group_by(table.lot_id)).all()))
    return dict(found)


@dataclass(frozen=True)
class Stock:
    """How often a lot was used, and how many pieces of it arrived and were thrown away."""

    received: int = 0
    used: int = 0
    discarded: int = 0


def stock_of(lots: Sequence[Lot]) -> dict[int, Stock]:
    """The counts of each of these lots."""
    ids = [lot.id for lot in lots]
    moved = select(StockMove.lot_id, StockMove.what, func.sum(StockMove.pieces)).where(StockMove.lot_id.in_(ids))
    pieces = {(lot, what): n for lot, what, n in db.session.execute(moved.group_by(StockMove.lot_id, StockMove.what))}
    used = times_used(lots)

    def counted(one: int) -> Stock:
        received, discarded = (pieces.get((one, what), 0) for what in (StockChange.RECEIVED, StockChange.DISCARDED))
        return Stock(received, used.get(one, 0), discarded)

    return {one: counted(one) for one in ids}


def stock_by_place(lot: Lot) -> dict[int | None, Stock]:
    """The counts of a lot at each place; None: of what was counted before there were several."""
    moved = select(StockMove.location_id, StockMove.what, func.sum(StockMove.pieces)).where(StockMove.lot_id == lot.id)
    pieces = {(place, what): n for place, what, n in db.session.execute(moved.group_by(StockMove.location_id, StockMove.what))}
    used = Counter(db.session.scalars(_used_at(lot.id)))
    return {
        place: Stock(pieces.get((place, StockChange.RECEIVED), 0), used[place], pieces.get((place, StockChange.DISCARDED), 0))
        for place in {*(place for place, _what in pieces), *used}
    }


def _used_at(lot_id: int) -> CompoundSelect[Any]:
    """The place of every use of a lot: of the visit in which its session was done, or which it belongs to."""
    place, mine = select(Appointment.location_id), (LotUse.lot_id == lot_id, LotUse.voided_at.is_(None))
    done = AppointmentSession.session_id == LotUse.session_id, AppointmentSession.outcome == Outcome.DONE
    return union_all(
        place.join(AppointmentSession).join(LotUse, and_(*done)).where(*mine),
        place.join(LotUse, LotUse.appointment_id == Appointment.id).where(*mine),
        place.join(CreamUse, CreamUse.appointment_id == Appointment.id).where(CreamUse.lot_id == lot_id, CreamUse.voided_at.is_(None)),
    )


def moves_of(lot: Lot) -> Sequence[StockMove]:
    """What was counted of a lot, the latest first."""
    found = select(StockMove).where(StockMove.lot_id == lot.id).options(joinedload(StockMove.location))
    return db.session.scalars(found.order_by(StockMove.id.desc()).limit(50)).all()


class Shelf(StrEnum):
    """Which lots are listed."""

    ALL = "all"
    SOON = "soon"
    EXPIRED = "expired"
    FROZEN = "frozen"


def shelf_of(lot: Lot, today: date) -> Shelf:
    """Where a lot stands; ALL for one that may simply be used."""
    if lot.frozen_at is not None:
        return Shelf.FROZEN
    if lot.expires_on < today:
        return Shelf.EXPIRED
    return Shelf.SOON if lot.expires_on < today + SOON else Shelf.ALL


def product_or_404(product_id: int) -> Product:
    """The product, or the page that says there is none."""
    return db.session.get(Product, product_id) or abort(404)


def lot_or_404(lot_id: int) -> Lot:
    """The lot, or the page that says there is none."""
    return db.session.get(Lot, lot_id) or abort(404)
