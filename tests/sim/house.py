"""The house of the simulated clinic: its rooms, people, products and protocols."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.library.loader import shipped
from app.messages import planner
from app.patients import actions as patients
from app.schedule import flow
from app.series.rows import align_patient
from models import clock
from models.base import db, transaction
from models.clinic import Clinic
from models.patient import ConsentKind, Patient
from models.product import Lot, Product
from models.protocol import Protocol, ProtocolVersion
from models.staff import Role, StaffMember
from models.treatment import Course
from tests import builders as a
from tests.mails.stories import with_public_url

PROTOCOLS = ("mesotherapy_scalp", "prp_scalp", "exosome_scalp", "exosome_face_needling", "prp_face", "laser_hair_face")


def build(zone: str, now: datetime, old_patients: int) -> None:
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
    for n in range(old_patients):
        _somebody_from_before(n, clock.day_of(now, zone), now)


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



def _somebody_from_before(n: int, today: date, now: datetime) -> None:
    """Somebody who waits for the next maintenance, every fourth for the last session; two of three have agreed to be invited."""
    patient = a.a_patient("Eski", f"Hasta{n}", email=f"eski{n}@post.example", email_verified_at=a.EARLY, phone=f"+9053211100{n:02d}")
    physician = staff_of(Role.PHYSICIAN)[0]
    a.an_evaluation(patient, db.session.get_one(StaffMember, physician), today - timedelta(days=30))
    version = db.session.scalars(select(ProtocolVersion).join(Protocol).where(Protocol.key == "prp_scalp")).one()
    course = a.a_course(a.a_plan(patient, db.session.get_one(StaffMember, physician)), version, today - timedelta(days=300))
    is_over = n % 4 < 3
    last = today - timedelta(days=122 - 2 * (n % 14) if is_over else 24)  # the first invitation goes 136 days after it
    for back, session in enumerate(reversed(course.sessions if is_over else course.sessions[:-1])):
        a.done(session, last - timedelta(days=28 * back))
    with transaction():
        if n % 3:
            patients.give_consent(db.session.get_one(Patient, patient.id), ConsentKind.RECALL, now)
        align_patient(patient.id, today)
        flow.ask_for_reviews([db.session.get_one(Course, course.id)], now)
        planner.plan_for(patient.id, now)
