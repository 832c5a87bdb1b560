"""Which lots may be used."""

from __future__ import annotations

from datetime import date

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.letters import sort_key
from models.base import db
from models.product import Lot, LotUse, Product


def usable_lots(kind: str, day: date) -> list[Lot]:
    """The lots of a kind of product that may be used on a day: not expired, not frozen, the product in use.

    The one made default last stands first, then those that expire soonest.
    """
    query = (
        select(Lot)
        .join(Lot.product)
        .where(Product.kind == kind, Product.active, Lot.frozen_at.is_(None), Lot.expires_on >= day)
        .options(joinedload(Lot.product))
    )
    return sorted(db.session.scalars(query), key=lambda lot: (-(lot.default_on or date.min).toordinal(), lot.expires_on, lot.id))


def default_lot(kind: str, day: date) -> Lot | None:
    """The lot that a session of this day is offered first."""
    return next(iter(usable_lots(kind, day)), None)


def all_products() -> list[Product]:
    """Every product with its lots, those in use first, by name."""
    found = db.session.scalars(select(Product).options(selectinload(Product.lots)))
    return sorted(found, key=lambda product: (not product.active, sort_key(product.name)))


def times_used(lots: list[Lot]) -> dict[int, int]:
    """How often each lot was used."""
    query = select(LotUse.lot_id, func.count()).where(LotUse.lot_id.in_([lot.id for lot in lots]), LotUse.voided_at.is_(None))
    return dict(db.session.execute(query.group_by(LotUse.lot_id)).all())


def product_or_404(product_id: int) -> Product:
    """The product, or the page that says there is none."""
    return db.session.get(Product, product_id) or abort(404)


def lot_or_404(lot_id: int) -> Lot:
    """The lot, or the page that says there is none."""
    return db.session.get(Lot, lot_id) or abort(404)
