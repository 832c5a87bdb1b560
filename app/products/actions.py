"""What is done with products and lots."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from app.errors import Refused
from app.history import record, who
from app.i18n import _
from app.letters import fold
from app.products.forms import Counted, ProductEntry
from app.products.queries import all_products
from models.base import db
from models.product import Lot, Product, StockMove


def add_product(entry: ProductEntry, now: datetime) -> Product:
    """A product on the shelf. Raises Refused when one of this kind has this name already."""
    _name_is_free(entry, None)
    product = Product(kind=entry.kind, name=entry.name, maker=entry.maker, authorised_routes=entry.routes, limits=entry.limits)
    record("added", product, now)
    return product


def change_product(product: Product, entry: ProductEntry, active: bool, now: datetime) -> None:
    """Other data of a product; its kind stays. Raises Refused when another one has this name."""
    _name_is_free(entry, product)
    product.name, product.maker, product.authorised_routes = entry.name, entry.maker, entry.routes
    product.limits, product.active = entry.limits, active
    record("changed", product, now, fields=["name", "maker", "authorised_routes", "limits", "active"])


def add_lot(product: Product, number: str, expires_on: date, now: datetime, place_id: int | None = None) -> Lot:
    """A lot that arrived, at one place or for all. Raises Refused when it is there already."""
    if any(fold(lot.number) == fold(number) for lot in product.lots):
        raise Refused(_("This product has lot %(number)s already.", number=number))
    lot = Lot(product_id=product.id, number=number, expires_on=expires_on, location_id=place_id)
    record("added", lot, now)
    return lot


def make_default(lot: Lot, day: date, now: datetime) -> None:
    """Sessions (at its place) are offered this lot first from this day on. Raises Refused for a lot that may not be used."""
    may_be_used(lot, day)
    for other in lot.product.lots:
        if other.default_on is not None and (other.location_id == lot.location_id or None in (other.location_id, lot.location_id)):
            other.default_on = None
    lot.default_on = day
    record("changed", lot, now, fields=["default_on"])


def may_be_used(lot: Lot, day: date) -> None:
    """Raises Refused, in words, for a lot that may not be used on that day."""
    if lot.frozen_at is not None:
        raise Refused(_("Lot %(number)s is frozen.", number=lot.number))
    if lot.expires_on < day:
        raise Refused(_("Lot %(number)s has expired.", number=lot.number))


def freeze(lot: Lot, reason: str, now: datetime) -> None:
    """Nobody may use this lot any more. Raises Refused when it is frozen already."""
    if lot.frozen_at is not None:
        raise Refused(_("This lot is frozen already."))
    lot.frozen_at, lot.default_on = now, None
    record("frozen", lot, now, reason=reason)


def unfreeze(lot: Lot, reason: str, now: datetime) -> None:
    """The lot may be used again. Raises Refused when it is not frozen."""
    if lot.frozen_at is None:
        raise Refused(_("This lot is not frozen."))
    lot.frozen_at = None
    record("unfrozen", lot, now, reason=reason)


def count(lot: Lot, counted: Counted, now: datetime) -> None:
    """Pieces of this lot arrived or were thrown away."""
    db.session.add(StockMove(lot_id=lot.id, location_id=counted.location_id, what=counted.what, pieces=counted.pieces, why=counted.why,
                             by_id=who(), at=now))  # fmt: skip
    record("counted", lot, now, reason=counted.why)


def _name_is_free(entry: ProductEntry, except_for: Product | None) -> None:
    others: Iterable[Product] = (product for product in all_products() if product is not except_for and product.kind == entry.kind)
    if any(fold(product.name) == fold(entry.name) for product in others):
        raise Refused(_("There is a product of this kind and name already."))
