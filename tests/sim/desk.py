"""What reception does in the simulated clinic: new patients, bookings, moves, cancellations, mistakes taken back."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from app.clinic import queries as clinic
from app.messages import changes
from app.patients import actions as patients
from app.patients.details import Details
from app.planning.visit import Slot
from app.plans import creation, life
from app.plans.creation import NewCourse, NewPlan
from app.plans.health import evaluations
from app.plans.health.evaluations import NewEvaluation
from app.plans.numbers import of_protocol
from app.schedule import actions as schedule
from app.schedule import consents, undo
from app.schedule.free import resources
from app.schedule.placing import whole_series
from app.series.contents import content_of
from app.work.courses import TO_BOOK, rows_on
from models import clock
from models.appointment import Appointment, VisitKind
from models.base import db
from models.message import ChangeSet, Message, MessageState
from models.patient import Channel, ConsentKind, Patient, Sex, Suitability
from models.protocol import Protocol, ProtocolVersion, VersionState
from models.staff import Role
from models.treatment import Course, TreatmentPlan
from tests.sim import house
from tests.sim.choosing import some_patient, some_visit
from tests.sim.promises import hold
from tests.sim.series_promises import booked_too_near, days_too_near
from tests.sim.world import World

ZONES = (None, None, None, None, "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland")


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
        near = [(key, slot.day, days) for key, slot in chosen if (days := booked_too_near(key, slot.day))]
        hold("S2", not near, world, near, "booked nearer to another session than its gap allows")


def books_from_the_lists(world: World) -> None:
    """Somebody of one of the lists that wait for a booking. Whom an invitation will ask is left until maintenance is due."""
    rows = [row for row in rows_on(world.dice.choice(TO_BOOK), world.today) if not _will_be_asked(row.course, world.today)]
    if rows:
        _book_plan(world, world.dice.choice(rows).course.plan, world.dice.choice((1, 1, 2)))


def _will_be_asked(course: Course, today: date) -> bool:
    return (course.due_step or "").startswith("M") and course.due_on is not None and course.due_on > today


def moves_a_visit(world: World) -> None:
    visit = some_visit(world)
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
    if (visit := some_visit(world)) is not None:
        schedule.cancel(visit, world.now, by_patient=world.dice.random() < 0.5)


def takes_back(world: World) -> None:
    """The last thing that was changed, within its ten minutes."""
    last = db.session.scalars(select(ChangeSet).order_by(ChangeSet.id.desc()).limit(1)).first()
    if last is not None and last.at > world.now - timedelta(minutes=10):
        undo.take_back(last, world.now)


def books_a_review(world: World) -> None:
    """A visit without a session, soon."""
    patient = some_patient(world)
    day = world.today + timedelta(days=world.dice.randrange(1, 6))
    free = resources.free(VisitKind.REVIEW, [], patient, day, now=world.now) if patient else []
    if patient and free:
        told = changes.open_set(patient.id, world.now)
        schedule.book(patient, VisitKind.REVIEW, world.dice.choice(free), [], told, world.now)


def books_reviews_beside_invitations(world: World) -> None:
    """So that a reminder falls on the day of an invitation."""
    waiting = select(Message).where(Message.kind == "recall_1", Message.state == MessageState.WAITING)
    for invitation in db.session.scalars(waiting.order_by(Message.id)):
        patient = db.session.get_one(Patient, invitation.patient_id)
        day = clock.day_of(invitation.due_at, world.zone) + timedelta(days=3)
        free = resources.free(VisitKind.REVIEW, [], patient, day, now=world.now)
        if free:
            schedule.book(patient, VisitKind.REVIEW, world.dice.choice(free), [], changes.open_set(patient.id, world.now), world.now)
