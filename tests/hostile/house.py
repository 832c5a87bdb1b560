"""A clinic with one of everything an address can name, so that a hostile request gets far before it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from shutil import copy
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.factory import create_app
from app.history import Actor, acting
from app.messages import links
from app.messages.links import Purpose
from app.patients import typed
from app.plans.health import findings, holds, reports
from app.plans.health.findings import NewFinding
from app.plans.health.holds import Pause
from app.plans.health.reports import NewReport
from app.protocols import actions as protocols
from app.staff import links as staff_links
from models import clock
from models.appointment import Appointment, AppointmentSession, AppointmentStatus, Outcome, VisitState
from models.base import db, transaction
from models.clinic import Closure
from models.contact import Contact, ContactRole
from models.message import Message, MessageBody
from models.patient import Patient
from models.protocol import ProtocolVersion, VersionState
from models.staff import Absence, Role, StaffMember
from models.task import StaffTask
from models.treatment import Course, TreatmentPlan
from tests import builders
from tests.conftest import NOON, settings_of_a_test
from tests.mails.stories import a_story, with_public_url

ARGUMENTS = {
    Purpose.CHECKIN: "question",
    Purpose.RESULT: "partly",
    Purpose.LATE_SAFETY: "yes",
    Purpose.STOP: "recall",
    Purpose.LANGUAGE: "tr",
}


@dataclass
class House:
    """The application, the file every round begins from, and handles that open something."""

    app: Flask
    folder: Path
    people: dict[str, int] = field(default_factory=dict)
    handles: list[str] = field(default_factory=list)
    staff_handles: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def begin_again(self) -> None:
        """The clinic as it was built."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for leftover in self.folder.glob("seans.db*"):
            leftover.unlink()
        copy(self.folder / "begin.db", self.folder / "seans.db")


def a_house(empty_database: Path, folder: Path) -> House:
    """Build it once; `begin_again` before every round."""
    copy(empty_database, folder / "seans.db")
    app = create_app(settings_of_a_test(folder))
    app.config.update(WTF_CSRF_ENABLED=False)
    house = House(app, folder)
    with app.app_context(), clock.set_to(NOON):
        with_public_url()
        for _made in _furnish(house):
            db.session.expire_all()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()
    copy(folder / "seans.db", folder / "begin.db")
    return house


def _furnish(house: House) -> Iterator[str]:
    story = a_story("en")
    yield "patients in the middle of a series, mails of every kind"
    with transaction():
        protocols.load_shipped(NOON)
        for version in db.session.scalars(select(ProtocolVersion).where(ProtocolVersion.source == "library").limit(6)):
            version.state = VersionState.APPROVED
    yield "a library"
    for role in Role:
        house.people[role.value] = builders.a_staff_member(f"One {role.value}", role, password_hash="x").id
    yield "one person of each role"
    _things()
    yield "a lot, a closure, an absence"
    _troubles(house.people)
    _histories()
    yield "findings, holds, reports, a second plan, visits under way"
    _mails()
    yield "mails with their words"
    _handles(house, story.patient.id)
    yield "links"


def _things() -> None:
    builders.a_lot()
    builders.a_lot("exosome", "E-1")
    with transaction():
        place, somebody = builders.the_location(), db.session.scalars(select(StaffMember)).first()
        db.session.add_all(
            [Closure(location_id=place.id, day=builders.TODAY + timedelta(days=30), why="A feast"),
             Absence(staff=somebody, first_day=builders.TODAY + timedelta(days=40), last_day=builders.TODAY + timedelta(days=41))]
        )  # fmt: skip


def _troubles(people: dict[str, int]) -> None:
    token = acting.set(Actor("staff", people["physician"], "physician"))
    try:
        _told(people["physician"])
    finally:
        acting.reset(token)
    by = db.session.get_one(StaffMember, people["physician"])
    third = builders.a_patient("Mehmet", "Kaya", phone="+905321114499")
    builders.an_evaluation(third, by)
    with transaction():
        db.session.add(Contact(patient_id=1, role=ContactRole.GUARDIAN, name="Selma Yılmaz", phone="+905321114400", created_at=NOON))
    version = db.session.scalars(select(ProtocolVersion).where(ProtocolVersion.state == VersionState.APPROVED)).first()
    course = builders.a_course(builders.a_plan(third, by), version)
    visit = builders.a_visit(third, NOON - timedelta(hours=1), course.sessions[0], performer=by)
    with transaction():
        db.session.get_one(Appointment, visit.id).state = VisitState.ARRIVED
    used = db.session.scalars(select(AppointmentSession).where(AppointmentSession.outcome == Outcome.DONE)).first()
    assert used is not None
    builders.a_lot_use(used.session, builders.a_lot("prp_kit", "L-2"))


def _histories() -> None:
    """Every visit has come to its state by a move that is written down."""
    with transaction():
        for visit in db.session.scalars(select(Appointment)):
            if visit.statuses[-1].state != visit.state:
                visit.statuses.append(AppointmentStatus(state=visit.state, at=NOON))


def _told(physician_id: int) -> None:
    patient = db.session.get_one(Patient, 1)
    builders.an_evaluation(patient, db.session.get_one(StaffMember, physician_id))
    builders.an_evaluation(patient, db.session.get_one(StaffMember, physician_id), signed_at=None)
    with transaction():
        plan = db.session.get_one(TreatmentPlan, 1)
        reports.report(db.session.get_one(Patient, 1), NewReport("She has a cold sore.", "herpes_active"), NOON)
        holds.hold(plan, Pause("On a journey", until_day=builders.TODAY + timedelta(days=9)), NOON)
        findings.add(db.session.get_one(Patient, 2), NewFinding("pregnant", builders.TODAY), NOON)
        db.session.add(
            StaffTask(kind="call_patient", subject_type="patient", subject_id=1, patient_id=1, for_role="reception", due_on=builders.TODAY,
                      made_at=NOON, facts={"why": "wants_a_time"})
        )  # fmt: skip


def _mails() -> None:
    with transaction():
        for message in db.session.scalars(select(Message).where(Message.patient_id.is_not(None)).limit(6)):
            db.session.add(MessageBody(message=message, subject="Your appointment", text="Please come.", html="<p>Please come.</p>"))


def _handles(house: House, patient_id: int) -> None:
    mail = db.session.scalars(select(Message).where(Message.patient_id == patient_id)).first()
    visit = db.session.scalars(
        select(Appointment).where(Appointment.patient_id == patient_id, Appointment.state == VisitState.BOOKED)
    ).first()
    with transaction():
        db.session.get_one(Patient, patient_id).email_verified_at = NOON  # the question before a full text is put
        for purpose in Purpose:
            about: dict[str, Any] = {"appointment": visit} if purpose in links.OF_A_VISIT else {"course": db.session.get(Course, 1)}
            url = links.make(purpose, mail, NOON, argument=ARGUMENTS.get(purpose, "yes" if purpose is Purpose.ADDRESS else ""), **about)
            house.handles.append((url or "").split("/l/")[1].removesuffix(links.ONE_CLICK))
        house.staff_handles = [staff_links.make(db.session.get_one(StaffMember, house.people["manager"]), NOON)]
        house.kept = [typed.keep("kaya", house.people["reception"], NOON)]
