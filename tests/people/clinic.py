"""The clinic that is walked through: three who treat, three rooms, two devices, sixty visits a day, 400 plans under way, two years."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from app import passwords
from app.library.loader import shipped
from app.series import rows
from bench import world
from models import clock
from models.appointment import Appointment, AppointmentSession, AppointmentStatus, Claim, Outcome, VisitKind, VisitState
from models.base import Base, db, transaction
from models.clinic import Clinic, Device, Room
from models.patient import Consent, ConsentKind, Evaluation
from models.staff import StaffMember, WorkingHours
from models.treatment import Course, CourseStep, PlanState, SessionState, TreatmentPlan, TreatmentSession
from tests import builders

MOMENT = datetime(2026, 12, 3, 11, 12, tzinfo=UTC)  # Thursday, twelve past two in Istanbul
TODAY, ZONE, EARLY = world.TODAY, "Europe/Istanbul", datetime(2026, 11, 1, 8, tzinfo=UTC)
PLANS, SERIES, GAP = 400, 6, 10
PHYSICIANS = ("Dr. Burcu Çelen", "Dr. Ali Er", "Dr. Can Su")
ADDRESSES = {"phys": "burcu.celen@ege.example", "nurse": "ece.nur@ege.example", "desk": "deniz.ak@ege.example"}
PASSWORD = "four words that nobody guesses"
HISTORY = 36_000
"""Sessions of the past: sixty a day for six hundred days."""


def fill(file: Path) -> None:
    """The past, straight into an empty clinic's file."""
    with sqlite3.connect(file, isolation_level=None) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        world.fill(connection, HISTORY, mailed=False)
        for table in ("appointment_session", "appointment", "treatment_session"):
            column = {"appointment_session": "session_id"}.get(table, "id")
            connection.execute(f"DELETE FROM {table} WHERE {column} <= ?", (31 * world.A_DAY,))  # what lies ahead is made here
        connection.execute("UPDATE course SET live = 0, needs_booking = 0")
        connection.execute("UPDATE treatment_plan SET state = 'completed'")
        connection.execute("ANALYZE")


def furnish() -> None:
    """The people, rooms and plans of today, and everything that is booked."""
    _people()
    version = builders.a_protocol("mesotherapy_scalp").id
    with transaction():
        db.session.execute(update(Clinic).values(name="Ege Klinik", phone="+902120000000", phone_out_of_hours="+905550000000",
                                                 reply_address="info@ege.example", grace_minutes=3))  # fmt: skip
        db.session.add_all(Room(name=f"Room {n}", kinds=["procedure", "consultation"], location_id=1) for n in (1, 2, 3))
        db.session.add_all(Device(name=kind, kind=kind, location_id=1) for kind in ("microneedling_pen", "centrifuge"))
        db.session.flush()
        unbooked = Made(version).write()
        rows.align_patients(unbooked, TODAY)
    for kind in ("mesotherapy_mix", "numbing_cream", "exosome"):
        builders.a_lot(kind, f"{kind[:2].upper()}-1", default_on=TODAY)


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


@dataclass
class Seat:
    """A free half hour with one of the three, in the room of the same number."""

    day: date
    n: int

    @property
    def physician(self) -> int:
        return self.n % 3 + 1

    @property
    def starts(self) -> datetime:
        return clock.at(self.day, time(9 + self.n // 3 // 2, self.n // 3 % 2 * 30), ZONE)


class Made:
    """400 plans of six sessions, ten days apart. Sixty have a session today; every tenth of the others has nobody booked next."""

    def __init__(self, version: int) -> None:
        self.version, self.taken = version, dict[date, int]()
        self.rows: dict[type[Base], list[dict[str, Any]]] = {}
        self.first = {model: (db.session.query(model.id).order_by(model.id.desc()).limit(1).scalar() or 0) + 1  # type: ignore[attr-defined]
                      for model in (TreatmentPlan, Course, TreatmentSession, Appointment)}  # fmt: skip

    def write(self) -> list[int]:
        """Everything in one transaction of the caller's. Returns the patients with nothing booked."""
        for n in range(PLANS):
            self._plan(n)
        for model, lines in self.rows.items():
            db.session.execute(insert(model), lines)
        return [n + 1 for n in range(60, PLANS, 10)]

    def add(self, model: type[Base], **values: Any) -> None:
        self.rows.setdefault(model, []).append(values)

    def _plan(self, n: int) -> None:
        plan, course, patient = self.first[TreatmentPlan] + n, self.first[Course] + n, n + 1
        begun = n % SERIES  # so many sessions are over
        start = TODAY - timedelta(days=GAP * begun) + timedelta(days=0 if n < 60 else n % 9 + 1)
        self.add(Evaluation, patient_id=patient, physician_id=n % 3 + 1, day=start, valid_until=start + timedelta(days=180),
                 suitability="suitable", signed_at=EARLY)  # fmt: skip
        self.add(TreatmentPlan, id=plan, patient_id=patient, physician_id=n % 3 + 1, location_id=1, state=PlanState.ACTIVE, made_at=EARLY)
        self.add(Course, id=course, plan_id=plan, version_id=self.version, area="scalp", start_day=start, live=True, grace_days=3,
                 lapse_days=29, maintenance=shipped().protocols["mesotherapy_scalp"]["maintenance"])  # fmt: skip
        self.add(Consent, patient_id=patient, kind=ConsentKind.PROCEDURE, course_id=course, text_version="v1", area="scalp",
                 informed_by_id=1, given_at=EARLY)  # fmt: skip
        for step in range(SERIES):
            gap = [{"from": "previous", "min": "7d", "ideal": f"{GAP}d", "max": "15d"}] if step else []
            self.add(CourseStep, course_id=course, n=step + 1, gaps=gap, bounds={} if step else {"ideal_from": start.isoformat()})
            self._session(n, step, start + timedelta(days=GAP * step))

    def _session(self, n: int, step: int, day: date) -> None:
        seat = self._seat(day)
        number, course = self.first[TreatmentSession] + n * SERIES + step, self.first[Course] + n
        came, coming = day < TODAY, day >= TODAY and (n < 60 or n % 10 != 0) and seat is not None
        state = SessionState.DONE if came else SessionState.BOOKED if coming else SessionState.PROPOSED
        began = seat.starts if seat else clock.at(day, time(9), ZONE)
        done = {"performed_on": day, "performed_at": began, "performed_end": began + timedelta(minutes=30)} if came else {}
        self.add(TreatmentSession, id=number, course_id=course, n=step + 1, state=state,
                 **({"performed_on": None, "performed_at": None, "performed_end": None} | done))  # fmt: skip
        if seat and coming:
            self._visit(n, step, seat, number)

    def _seat(self, day: date) -> Seat | None:
        """The next free one of an open day; None: it is full, or Sunday."""
        taken = self.taken.get(day, 0)
        if day < TODAY or day.weekday() == 6 or taken == world.A_DAY:
            return None
        self.taken[day] = taken + 1
        return Seat(day, taken)

    def _visit(self, n: int, step: int, seat: Seat, session: int) -> None:
        number, ends = self.first[Appointment] + n * SERIES + step, seat.starts + timedelta(minutes=30)
        over = ends <= MOMENT
        self.add(Appointment, id=number, location_id=1, patient_id=n + 1, plan_id=self.first[TreatmentPlan] + n, kind=VisitKind.TREATMENT,
                 state=VisitState.DONE if over else VisitState.BOOKED, local_day=seat.day, local_time=clock.local(seat.starts, ZONE).time(),
                 zone=ZONE, minutes=30, hands_on_after=10, hands_on_minutes=20, starts_at=seat.starts, ends_at=ends, made_at=EARLY,
                 hands_on_at=seat.starts + timedelta(minutes=10), performer_id=seat.physician, room_id=seat.physician)  # fmt: skip
        self.add(AppointmentSession, appointment_id=number, session_id=session, outcome=Outcome.DONE if over else Outcome.PLANNED,
                 label=str(step + 1), of=SERIES, gap_days=GAP if step else None, band="ideal")  # fmt: skip
        self.add(AppointmentStatus, appointment_id=number, state=VisitState.DONE if over else VisitState.BOOKED, at=EARLY)
        for whom in _claimed(n + 1, seat):
            self.add(Claim, appointment_id=number, phase="procedure", starts_at=seat.starts, ends_at=ends, **whom)


def _claimed(patient: int, seat: Seat) -> Iterator[dict[str, int | None]]:
    nobody = {"staff_id": None, "room_id": None, "patient_id": None}
    yield nobody | {"patient_id": patient}
    yield nobody | {"staff_id": seat.physician}
    yield nobody | {"room_id": seat.physician}
