"""What the people of the clinic do: new patients, bookings, moves, cancellations, pauses, reviews, absences, mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import Select, select

from app.clinic import queries as clinic
from app.messages import changes, channel
from app.patients import actions as patients
from app.patients import details
from app.patients.details import Details
from app.planning.visit import Slot
from app.plans import creation, life
from app.plans.creation import NewCourse, NewPlan
from app.plans.health import evaluations, findings, holds, reports
from app.plans.health.evaluations import NewEvaluation
from app.plans.health.findings import NewFinding
from app.plans.health.holds import Pause
from app.plans.health.reports import NewReport
from app.plans.numbers import of_protocol
from app.replanning import actions as replanning
from app.replanning import proposals, unfit
from app.schedule import actions as schedule
from app.schedule import consents, undo
from app.schedule.free import resources
from app.schedule.placing import whole_series
from app.series.contents import content_of
from app.staff import actions as staff
from app.staff.forms import AbsenceFacts
from app.work.courses import TO_BOOK, rows_on
from models.appointment import COMING, Appointment, VisitKind
from models.base import db
from models.message import ChangeSet
from models.patient import Channel, ConsentKind, Decision, Finding, Patient, PatientReport, Sex, Suitability
from models.protocol import Protocol, ProtocolVersion, VersionState
from models.staff import Role, StaffMember
from models.treatment import Hold, PlanState, TreatmentPlan
from tests.sim import house
from tests.sim.promises import hold
from tests.sim.series_promises import days_too_near
from tests.sim.world import Act, World

T = TypeVar("T")
ZONES = (None, None, None, None, "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland")
FINDINGS = ("pregnant", "infection_body", "breastfeeding", "isotretinoin")


def a_new_patient(world: World) -> None:
    """Comes, is evaluated, gets a plan of one or two courses, and all of it is booked, or only the first, or nothing yet."""
    dice, n = world.dice, db.session.query(Patient).count() + 1
    person = Details(
        f"Ad{n}", f"Soyad{n}", date(1980, 1, 1) + timedelta(days=dice.randrange(7000)), dice.choice((Sex.FEMALE, Sex.MALE)),
        f"+90532{n:07d}", f"0532 {n:07d}", f"p{n}@post.example" if dice.random() < 0.9 else "", dice.choice(("tr", "en")),
        dice.choice(ZONES), Channel.EMAIL if dice.random() < 0.93 else Channel.PHONE, fewer_mails=dice.random() < 0.1,
    )  # fmt: skip
    patient = patients.create(person, world.now)
    db.session.flush()
    agreed = tuple(kind for kind in (ConsentKind.RECALL, ConsentKind.MAIL_DETAILS) if dice.random() < 0.6)
    new = NewEvaluation(world.today, Suitability.SUITABLE, consents=agreed)
    evaluations.evaluate(patient, new, world.staff(Role.PHYSICIAN), world.now)
    _a_plan(world, patient)


def _a_plan(world: World, patient: Patient) -> None:
    dice = world.dice
    keys = dice.sample(house.PROTOCOLS, dice.choice((1, 1, 1, 2)))
    physician = world.staff(Role.PHYSICIAN)
    courses = [_course(key, world.today + timedelta(days=dice.randrange(20))) for key in keys]
    plan = creation.create(patient, NewPlan(courses, physician, clinic.location()), world.now)
    for course in plan.courses:
        consents.sign(course, physician, world.now, language=patient.language)
    life.begin(plan, world.now)
    _book_plan(world, plan, dice.choice((0, 1, 99, 99)))


def _course(key: str, start: date) -> NewCourse:
    approved = select(ProtocolVersion).join(Protocol).where(Protocol.key == key, ProtocolVersion.state == VersionState.APPROVED)
    version = db.session.scalars(approved.order_by(ProtocolVersion.n.desc())).first()
    assert version is not None
    said = content_of(version)
    return NewCourse(version, said.area, start, of_protocol(said, None))


def _book_plan(world: World, plan: TreatmentPlan, at_most: int) -> None:
    found = whole_series.propose(plan, world.now)
    chosen = [(one.session.id, one.slot) for one in found if one.slot is not None and not one.reasons][:at_most]
    if chosen:
        whole_series.book_all(plan, chosen, world.now)


def books_from_the_lists(world: World) -> None:
    """Somebody of one of the lists that wait for a booking."""
    rows = rows_on(world.dice.choice(TO_BOOK), world.today)
    if rows:
        _book_plan(world, world.dice.choice(rows).course.plan, world.dice.choice((1, 1, 2)))


def moves_a_visit(world: World) -> None:
    visit = _some_visit(world)
    slot = _free_slot(world, visit) if visit else None
    if visit and slot:
        told, was_too_near = changes.open_set(visit.patient_id, world.now, plan_id=visit.plan_id), days_too_near(visit)
        schedule.move(visit, slot, told, world.now, asked_by=world.dice.choice(("patient", "clinic")))
        hold("S2", was_too_near or not days_too_near(visit), world, visit.id, "moved nearer to the session before than its gap allows")


def _free_slot(world: World, visit: Appointment) -> Slot | None:
    day = world.today + timedelta(days=world.dice.randrange(1, 25))
    courses = list({link.session.course_id: link.session.course for link in visit.sessions}.values())
    free = resources.free(visit.kind, courses, visit.patient, day, except_visit=visit.id, now=world.now)
    return world.dice.choice(free) if free else None


def cancels_a_visit(world: World) -> None:
    if (visit := _some_visit(world)) is not None:
        schedule.cancel(visit, world.now, by_patient=world.dice.random() < 0.5)


def takes_back(world: World) -> None:
    """The last thing that was changed, within its ten minutes."""
    last = db.session.scalars(select(ChangeSet).order_by(ChangeSet.id.desc()).limit(1)).first()
    if last is not None and last.at > world.now - timedelta(minutes=10):
        undo.take_back(last, world.now)


def books_a_review(world: World) -> None:
    """A visit without a session, soon."""
    patient = _some(world, select(Patient).where(Patient.deceased_on.is_(None)))
    day = world.today + timedelta(days=world.dice.randrange(1, 6))
    free = resources.free(VisitKind.REVIEW, [], patient, day, now=world.now) if patient else []
    if patient and free:
        told = changes.open_set(patient.id, world.now)
        schedule.book(patient, VisitKind.REVIEW, world.dice.choice(free), [], told, world.now)


def finds_something(world: World) -> None:
    patient = _some(world, select(Patient).where(Patient.deceased_on.is_(None)))
    if patient is not None:
        findings.add(patient, NewFinding(world.dice.choice(FINDINGS), world.today), world.now)


def clears_a_finding(world: World) -> None:
    finding = _some(world, select(Finding).where(Finding.cleared_at.is_(None)))
    if finding is not None:
        findings.clear(finding, world.now, why="over")


def pauses_a_plan(world: World) -> None:
    plan = _some_plan(world)
    until = world.today + timedelta(days=world.dice.randrange(5, 60)) if world.dice.random() < 0.6 else None
    if plan is not None:
        holds.hold(plan, Pause(reason="travels", until_day=until), world.now, keep_visits=False)


def goes_on(world: World) -> None:
    held = _some(world, select(Hold).where(Hold.released_at.is_(None), Hold.report_id.is_(None)))
    if held is not None:
        holds.release(held, world.now, "is back")


def hears_a_report(world: World) -> None:
    patient = _some(world, select(Patient).where(Patient.deceased_on.is_(None)))
    if patient is not None:
        reports.report(patient, NewReport("Yeni bir ilaç.", told_by=patient.name), world.now)


def decides_a_report(world: World) -> None:
    told = _some(world, select(PatientReport).where(PatientReport.decision.is_(None)))
    if told is not None:
        reports.decide(told, world.dice.choice((Decision.NOT_CONFIRMED, Decision.HOLD, Decision.TREAT)), world.now, why="looked")


def evaluates_again(world: World) -> None:
    """Whose evaluation is about to end is seen again."""
    patient = _some(world, select(Patient).where(Patient.deceased_on.is_(None)))
    if patient is not None:
        evaluations.evaluate(patient, NewEvaluation(world.today, Suitability.SUITABLE), world.staff(Role.PHYSICIAN), world.now)


def closes_a_plan(world: World) -> None:
    if (plan := _some_plan(world)) is not None:
        life.close(plan, world.now, why="moved away")


def changes_an_address(world: World) -> None:
    patient = _some(world, select(Patient).where(Patient.deceased_on.is_(None)))
    if patient is not None:
        n = world.dice.randrange(10**6)
        patients.update(patient, replace(details.of(patient), email=f"new{n}@post.example" if world.dice.random() < 0.8 else ""), world.now)


def moves_abroad(world: World) -> None:
    patient = _some(world, select(Patient).where(Patient.deceased_on.is_(None)))
    if patient is not None:
        patients.update(patient, replace(details.of(patient), zone=world.dice.choice(ZONES)), world.now)


def records_a_death(world: World) -> None:
    patient = _some(world, select(Patient).where(Patient.deceased_on.is_(None)))
    if patient is not None:
        patients.mark_deceased(patient, world.today, world.now)


def somebody_is_away(world: World) -> None:
    """A practitioner falls ill for some days; what was booked with them is re-planned at once."""
    person = db.session.get_one(StaffMember, world.staff(Role.PHYSICIAN))
    last = world.today + timedelta(days=world.dice.randrange(0, 7))
    staff.add_absence(person, AbsenceFacts(world.today + timedelta(days=1), last + timedelta(days=1), None, None, "ill"), world.now)
    db.session.flush()
    place = clinic.location()
    found = unfit.unfit(place, world.now)
    if found:
        rows = proposals.propose(place, found, world.now)
        replanning.apply([replanning.Choice(v, rows.answer.slots.get(v.id)) for v in (one.visit for one in found)], world.now)


def approves_a_new_version(world: World) -> None:
    """The protocol is edited; running courses keep theirs."""
    key = world.dice.choice(house.PROTOCOLS)
    protocol = db.session.scalars(select(Protocol).where(Protocol.key == key)).one()
    last = protocol.versions[-1]
    last.state = VersionState.RETIRED
    newer = ProtocolVersion(protocol=protocol, n=last.n + 1, content=dict(last.content), made_at=world.now, state=VersionState.APPROVED)
    db.session.add(newer)


def opens_the_channel(world: World) -> None:
    """Somebody has looked why mail stood still."""
    if channel.is_still(world.now):
        channel.open_again(world.now)


def changes_something(world: World) -> None:
    """While a mail is on its way."""
    world.dice.choice((moves_a_visit, cancels_a_visit, takes_back, records_a_death, pauses_a_plan, changes_an_address))(world)


ACTS: dict[Act, float] = {
    books_from_the_lists: 1.1, moves_a_visit: 0.25, cancels_a_visit: 0.06, takes_back: 0.08, books_a_review: 0.05,
    finds_something: 0.015, clears_a_finding: 0.03, pauses_a_plan: 0.04, goes_on: 0.03, hears_a_report: 0.05, decides_a_report: 0.06,
    evaluates_again: 0.15, closes_a_plan: 0.006, changes_an_address: 0.02, moves_abroad: 0.02, records_a_death: 0.006,
    somebody_is_away: 0.02, approves_a_new_version: 0.01, opens_the_channel: 0.2,
}  # fmt: skip
"""How often each is done on a working day of a clinic with thirty patients a year."""


def _some(world: World, query: Select[T]) -> T | None:
    rows: Sequence[T] = db.session.scalars(query).all()
    return world.dice.choice(rows) if rows else None


def _some_visit(world: World) -> Appointment | None:
    coming = select(Appointment).where(Appointment.state.in_(COMING), Appointment.starts_at > world.now)
    return _some(world, coming.order_by(Appointment.id))


def _some_plan(world: World) -> TreatmentPlan | None:
    return _some(world, select(TreatmentPlan).where(TreatmentPlan.state == PlanState.ACTIVE).order_by(TreatmentPlan.id))
