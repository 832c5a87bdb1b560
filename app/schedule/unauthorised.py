"""Products given another way than they are authorised for: which these are, and the physician's leave. Callers open the transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select

from app import history
from app.errors import Refused
from app.i18n import _, language
from app.library.loader import shipped
from app.schedule import limits, rows
from app.schedule.limits import Override
from app.series.contents import content
from models.appointment import Appointment
from models.base import db
from models.product import Product
from models.route_leave import RouteLeave
from models.treatment import Course


def is_authorised(route: str, known: Collection[str]) -> bool:
    """A product of which no authorised way is written down is not judged."""
    return not route or not known or route in known


def may_be_given(course: Course, product: Product, route: str) -> bool:
    """It is authorised for this way, or a physician has said why this course has it so."""
    if is_authorised(route, product.authorised_routes):
        return True
    leave = RouteLeave.course_id == course.id, RouteLeave.product_id == product.id, RouteLeave.route == route
    return bool(db.session.scalar(select(exists().where(*leave))))


def to_allow(course: Course) -> list[Product]:
    """The products in use that the protocol of a course gives another way, and that no physician has allowed."""
    said = content(course)
    query = select(Product).where(Product.kind.in_(said.products), Product.active).order_by(Product.name)
    return [one for one in db.session.scalars(query) if not may_be_given(course, one, said.delivery or "")]


def allow(course: Course, product: Product, route: str, leave: Override, now: datetime) -> None:
    """This course is given the product so from now on. Raises Refused unless a physician says so, with a reason."""
    limits.check_override(leave)
    db.session.add(RouteLeave(course_id=course.id, product_id=product.id, route=route, why=leave.why, by_id=leave.physician_id, at=now))
    history.plan_changed(course.plan, "route not authorised", now, old=known_words(product), new=f"{product.name}: {route_name(route)}",
                         why=leave.why, course=course)  # fmt: skip


def allow_in_visit(visit: Appointment, leave: Override, now: datetime) -> None:
    """All that the protocols of a visit give another way. Raises Refused where there is nothing to allow."""
    found = [(course, product) for course in rows.courses_using(visit) for product in to_allow(course)]
    if not found:
        raise Refused(_("Nothing of this visit is given another way than it is authorised for."))
    for course, product in found:
        allow(course, product, content(course).delivery or "", leave, now)
    visit.version += 1
    history.record("route allowed", visit, now, fields=["route"], reason=leave.why)


def known_words(product: Product) -> str:
    """The ways a product is authorised for."""
    return ", ".join(map(route_name, product.authorised_routes))


def route_name(key: str) -> str:
    """A way a product is given."""
    return shipped().name_of("deliveries", key).in_(language())
