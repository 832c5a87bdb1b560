"""A clinic with a patient in the middle of a plan, and the schedule's actions in the words of a test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.messages import changes
from app.schedule import actions, consents
from app.schedule.free import resources
from app.series import rows as series_rows
from models import clock
from models.appointment import Appointment, Claim, VisitKind
from models.base import db, transaction
from models.message import ChangeSet
from models.patient import Patient
from models.staff import StaffMember
from models.treatment import Course, TreatmentPlan, TreatmentSession
from tests import builders
from tests.builders import TODAY

ISTANBUL = "Europe/Istanbul"


@dataclass
class Scene:
    """Who and what a test is about."""

    physician: StaffMember
    nurse: StaffMember
    patient: Patient
    plan: TreatmentPlan
    course: Course

    @property
    def sessions(self) -> list[TreatmentSession]:
        return self.course.sessions


def a_scene(protocol: str = "prp_scalp", *, evaluated: bool = True, consented: bool = True, start: date = TODAY, **clinic: Any) -> Scene:
    """One physician, one nurse, a patient with an active plan of one course, evaluated and consented."""
    builders.a_clinic(**clinic)
    physician, nurse, patient = builders.a_physician(), builders.a_nurse(), builders.a_patient()
    if evaluated:
        builders.an_evaluation(patient, physician)
    plan = builders.a_plan(patient, physician)
    course = builders.a_course(plan, builders.a_protocol(protocol), start)
    scene = Scene(physician, nurse, patient, plan, course)
    if consented:
        consent(scene.course, physician)
    return scene


def consent(course: Course, physician: StaffMember) -> None:
    with transaction():
        consents.sign(course, physician.id, builders.EARLY)
        series_rows.align_patient(course.plan.patient_id, TODAY)


def align(scene: Scene, day: date = TODAY) -> None:
    """Rows and dates after a test wrote something directly."""
    with transaction():
        series_rows.align_patient(scene.patient.id, day)


def another_patient(name: str = "Mehmet", n: int = 1, physician: StaffMember | None = None) -> Patient:
    made = builders.a_patient(name, "Kaya", phone=f"+9053211144{n:02d}")
    if physician:
        builders.an_evaluation(made, physician)
    return made


def at(day: date, text: str, zone: str = ISTANBUL) -> datetime:
    """The moment of a wall-clock time such as 14:30."""
    return clock.at(day, time.fromisoformat(text), zone)


def minute(text: str) -> int:
    there = time.fromisoformat(text)
    return there.hour * 60 + there.minute


def told(patient: Patient, now: datetime) -> ChangeSet:
    return changes.open_set(patient.id, now)


def book(
    sessions: TreatmentSession | Sequence[TreatmentSession], day: date, start: str, now: datetime, kind: VisitKind = VisitKind.TREATMENT,
    performer: StaffMember | None = None, room_id: int | None = None, **more: Any,
) -> Appointment:  # fmt: skip
    """Book sessions at an exact time, with whoever is free."""
    carried = [sessions] if isinstance(sessions, TreatmentSession) else list(sessions)
    patient = carried[0].course.plan.patient
    with transaction():
        slot = resources.wanted(day, minute(start), performer.id if performer else None, room_id)
        return actions.book(patient, kind, slot, carried, told(patient, now), now, **more)


def book_plain(patient: Patient, kind: VisitKind, day: date, start: str, now: datetime, **more: Any) -> Appointment:
    """Book a visit without a session."""
    with transaction():
        return actions.book(patient, kind, resources.wanted(day, minute(start)), [], told(patient, now), now, **more)


def move(visit: Appointment, day: date, start: str, now: datetime, **more: Any) -> Appointment:
    with transaction():
        return actions.move(visit, resources.wanted(day, minute(start)), told(visit.patient, now), now, **more)


def claims_of(visit: Appointment) -> set[tuple[str, str, str, str]]:
    """(phase, what, from, until) of every claim, times on the clinic's wall clock."""
    return {(c.phase, what, _wall(c.starts_at), _wall(c.ends_at)) for c in visit.claims for what in _what(c)}


def all_claims() -> list[Claim]:
    return list(db.session.query(Claim).order_by(Claim.id))


def days(n: int) -> date:
    """So many days after today."""
    return TODAY + timedelta(days=n)


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[misc]  # year, month, day, hour …


def _what(claim: Claim) -> list[str]:
    return [kind for kind in ("staff", "room", "chair", "device", "patient") if getattr(claim, f"{kind}_id") is not None]


def _wall(moment: datetime) -> str:
    return f"{clock.local(moment, ISTANBUL):%H:%M}"
