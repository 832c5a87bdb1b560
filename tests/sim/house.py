"""The house of the simulated clinic: its rooms, people, products and protocols."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.library.loader import shipped
from app.messages import planner
from models.base import db, transaction
from models.clinic import Clinic
from models.product import Lot, Product
from models.staff import Role, StaffMember
from tests import builders as a
from tests.mails.stories import with_public_url

PROTOCOLS = ("mesotherapy_scalp", "prp_scalp", "exosome_scalp", "exosome_face_needling", "prp_face", "laser_hair_face")


def build(zone: str, now: datetime) -> None:
    """A clinic in a zone, open Monday to Saturday, with people for every skill and mail that may leave."""
    with_public_url()
    a.a_clinic(zone=zone, created_at=now)
    for name in ("Dr. Burcu Çelen", "Dr. Ali Er"):
        a.a_physician(name, created_at=now)
    for name in ("Ece Nur", "Selin Ay"):
        a.a_nurse(name, created_at=now)
    a.a_receptionist(created_at=now)
    for key in PROTOCOLS:
        a.a_protocol(key)
    _stock(now)
    with transaction():
        planner.start_mailing(db.session.get_one(Clinic, 1), now)


def staff_of(role: Role) -> list[int]:
    """The ids of everybody of a role, in order."""
    people = db.session.query(StaffMember).order_by(StaffMember.id)
    return [person.id for person in people if role.value in person.roles]


def _stock(now: datetime) -> None:
    with transaction():
        for kind in shipped().words["products"]:
            product = Product(kind=kind, name=kind, authorised_routes=["topical_after_microneedling"] if kind == "exosome" else [])
            product.lots = [Lot(number=f"{kind}-1", expires_on=(now + timedelta(days=4000)).date())]
            db.session.add(product)

