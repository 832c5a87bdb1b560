"""What the leaflet of a cream allows, and where that is passed. The figures are the physician's, set with the product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.i18n import _
from app.products.amounts import added_up
from models.numbing import CreamUse
from models.product import Product


def warnings(uses: Sequence[CreamUse]) -> list[str]:
    """Where more is on than the leaflet of a cream allows; several areas add up. In words."""
    found = []
    for product in {use.lot.product_id: use.lot.product for use in uses}.values():
        mine = [use for use in uses if use.lot.product_id == product.id]
        found += [words for words in (_too_much(product, mine), _too_large(product, mine)) if words]
    return found


def allowed(product: Product) -> str:
    """What the leaflet allows, in words."""
    limits = product.limits
    parts = [_("at most %(n)s min", n=limits["max_minutes"])] if limits.get("max_minutes") else []
    parts += [_("at most %(n)s %(unit)s", n=limits["max_amount"], unit=_unit(product))] if limits.get("max_amount") else []
    parts += [_("at most %(n)s cm²", n=limits["max_area_cm2"])] if limits.get("max_area_cm2") else []
    return ", ".join(parts) or _("no limit set")


def _too_much(product: Product, uses: Iterable[CreamUse]) -> str:
    most, unit = product.limits.get("max_amount"), _unit(product)
    total = added_up(use.amount for use in uses if use.unit == unit)
    if not most or total <= most:
        return ""
    return _("%(product)s: %(n)s %(unit)s in all, the leaflet allows %(most)s", product=product.name, n=f"{total:g}", unit=unit, most=most)


def _too_large(product: Product, uses: Iterable[CreamUse]) -> str:
    most, total = product.limits.get("max_area_cm2"), sum(use.square_cm or 0 for use in uses)
    if not most or total <= most:
        return ""
    return _("%(product)s: %(n)s cm² in all, the leaflet allows %(most)s", product=product.name, n=total, most=most)


def _unit(product: Product) -> str:
    return str(product.limits.get("usual_unit", "g"))
