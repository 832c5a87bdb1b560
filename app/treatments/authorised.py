"""Whether a product may be given the way it was; where it is not authorised for it, a physician says why."""

from __future__ import annotations

from datetime import datetime

from app import history
from app.errors import Refused
from app.i18n import _
from app.schedule import unauthorised
from app.schedule.limits import Override
from app.series.contents import content
from app.treatments.treated import Treated
from models.base import db
from models.product import LotUse, Product
from models.staff import Role, StaffMember


def explain_route(treated: Treated, use: LotUse, product: Product, why: str, now: datetime) -> None:
    """Keep why a product was given another way than it is authorised for. Raises Refused, in words, where no physician says why.

    "As usual" is the protocol's way.
    """
    course = treated.course
    route = use.route or content(course).delivery or ""
    if unauthorised.may_be_given(course, product, route):
        return
    words = {"product": product.name, "route": unauthorised.route_name(route), "known": unauthorised.known_words(product)}
    who = db.session.get(StaffMember, history.who() or 0)
    if who is None or not who.has_role(Role.PHYSICIAN):
        raise Refused(_("%(product)s is authorised for: %(known)s. Whether it may be given as “%(route)s” the physician decides, on the "
                        "page of this visit or on this record.", **words))  # fmt: skip
    if not why:
        raise Refused(_("%(product)s is authorised for: %(known)s. For “%(route)s” write down your reason, or correct the route.", **words))
    unauthorised.allow(course, product, route, Override(who.id, why), now)
