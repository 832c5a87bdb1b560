"""The clinic that is walked through: three who treat, three rooms, two devices, sixty visits a day, 400 plans under way, two years."""

from __future__ import annotations

import sqlite3
from datetime import time
from pathlib import Path

from sqlalchemy import update

from app import passwords
from app.series import rows
from bench import world
from models.base import db, transaction
from models.clinic import Clinic, Device, Room
from models.heartbeat import Heartbeat
from models.product import Product
from models.staff import StaffMember, WorkingHours
from tests import builders
from tests.people import plans
from tests.people.plans import MOMENT, PLANS, TODAY

PHYSICIANS = ("Dr. Burcu Çelen", "Dr. Ali Er", "Dr. Can Su")
ADDRESSES = {"phys": "burcu.celen@ege.example", "nurse": "ece.nur@ege.example", "desk": "deniz.ak@ege.example"}
PASSWORD = "four words that nobody guesses"
HISTORY = 36_000
"""Sessions of the past: sixty a day for six hundred days."""


NOT_THE_PAST = {
    "appointment_session": f"session_id <= {31 * world.A_DAY} OR appointment_id IN (SELECT id FROM appointment WHERE plan_id <= {PLANS})",
    "appointment": f"id <= {31 * world.A_DAY} OR plan_id <= {PLANS}",
    "treatment_session": f"id <= {31 * world.A_DAY} OR course_id <= {PLANS}",
    "course_step": f"course_id <= {PLANS}", "course": f"id <= {PLANS}", "treatment_plan": f"id <= {PLANS}",
}  # fmt: skip
"""What lies ahead, and everything of those who have a plan under way: both are made here."""


def fill(file: Path) -> None:
    """The past, straight into an empty clinic's file."""
    with sqlite3.connect(file, isolation_level=None) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        world.fill(connection, HISTORY, mailed=False)
        for table, which in NOT_THE_PAST.items():
            connection.execute(f"DELETE FROM {table} WHERE {which}")
        connection.execute("UPDATE course SET live = 0, needs_booking = 0")
        connection.execute("UPDATE treatment_plan SET state = 'completed'")
        connection.execute("ANALYZE")


def furnish() -> None:
    """The people, rooms and plans of today, and everything that is booked."""
    _people()
    version = builders.a_protocol("mesotherapy_scalp").id
    with transaction():
        db.session.execute(update(Clinic).values(name="Ege Klinik", phone="+902120000000", phone_out_of_hours="+905550000000",
                                                 reply_address="info@ege.example", demo=True))  # fmt: skip
        db.session.add(Heartbeat(job="send_due_messages", started_at=MOMENT, finished_at=MOMENT))
        db.session.add_all(Room(name=f"Room {n}", kinds=["procedure", "consultation"], location_id=1) for n in (1, 2, 3))
        db.session.add_all(Device(name=kind, kind=kind, location_id=1) for kind in ("microneedling_pen", "centrifuge"))
        db.session.flush()
        plans.Made(version).write()
        rows.align_patients(range(1, PLANS + 1), TODAY)
    for kind in ("mesotherapy_mix", "numbing_cream", "exosome"):
        builders.a_lot(kind, f"{kind[:2].upper()}-1", default_on=TODAY)
    with transaction():
        for product in db.session.query(Product):
            product.limits = {"usual_amount": "2", "usual_unit": "ml", "max_minutes": 60}


def _people() -> None:
    """Three physicians treat; nurses assist; one receptionist."""
    with transaction():
        for n, name in enumerate(PHYSICIANS, start=1):
            one = db.session.get_one(StaffMember, n)
            one.name, one.roles = name, ["physician"]
            one.hours = [WorkingHours(weekday=day, starts=time(9), ends=time(19)) for day in range(6)]
        db.session.get_one(StaffMember, 1).email = ADDRESSES["phys"]
    for nurse in ("Ece Nur", "Selin Ay", "Oya Tan"):
        builders.a_nurse(nurse)
    builders.a_receptionist()
    with transaction():
        known = passwords.hash_password(PASSWORD)
        for member in db.session.query(StaffMember).filter(StaffMember.email.in_(ADDRESSES.values())):
            member.password_hash = known
