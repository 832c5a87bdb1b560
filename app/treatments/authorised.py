"""Whether a product is authorised for the way it was given; where it is not, a physician's reason is kept with the plan."""

from __future__ import annotations

from datetime import datetime

from app import history
from app.errors import Refused
from app.i18n import _, language
from app.library.loader import shipped
from app.series.contents import content
from app.treatments.treated import Treated
from models.product import LotUse, Product


def explain_route(treated: Treated, use: LotUse, product: Product, why: str, now: datetime) -> None:
    """Keep why a product was given another way than it is authorised for. Raises Refused, in words, where nobody says why.

    A product of which no authorised way is written down is not judged; "as usual" is the protocol's way.
    """
    course = treated.course
    route = use.route or content(course).delivery or ""
    if not route or not product.authorised_routes or route in product.authorised_routes:
        return
    words = {"product": product.name, "route": _route(route), "known": ", ".join(_route(one) for one in product.authorised_routes)}
    if not why:
        raise Refused(_("%(product)s is authorised for: %(known)s. For “%(route)s” write down the physician's reason, or correct the "
                        "route.", **words))  # fmt: skip
    history.plan_changed(course.plan, "route not authorised", now, old=words["known"], new=f"{product.name}: {words['route']}", why=why,
                         course=course)  # fmt: skip


def _route(key: str) -> str:
    return shipped().name_of("deliveries", key).in_(language())
