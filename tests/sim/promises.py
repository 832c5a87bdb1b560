"""What must always hold of a mail that leaves (docs/reliability.md): asked of the facts when the server accepts it, never with the
rules that send."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from app.library.loader import shipped
from app.library.texts import procedure_in
from app.messages.links import without_handles
from app.messages.suppressions import is_suppressed
from models import clock
from models.appointment import COMING, Appointment, Outcome, VisitState
from models.base import db
from models.message import ChangeSet, Message, MessageClass, MessageState, Urgency
from models.patient import Channel, ConsentKind, Detail, Patient
from models.treatment import Course
from tests.sim.readers import parsed, text_of
from tests.sim.server import Taken
from tests.sim.world import World

PREPARES = ("reminder_1", "reminder_2", "precare")
COUNTED = (Urgency.ROUTINE, Urgency.INVITATION)
TELLS = ("plan_summary", "booked", "moved", "cancelled", "paused")
STOPPED_BY = {
    "recall_1": "recall", "recall_2": "recall", "recall_3": "recall", "result": "result", "checkin_1": "check_in", "checkin_3": "check_in",
}  # fmt: skip
AFTER_THE_ACT = timedelta(minutes=3)


class Broken(AssertionError):
    """A promise does not hold: its name, the seed, the moment, what was done last, and what was seen."""

    def __init__(self, name: str, world: World, seen: object) -> None:
        super().__init__(f"{name} is broken: seed {world.seed}, {world.zone}, {world.now:%Y-%m-%d %H:%M} UTC, {world.event}: {seen}")
        self.name = name


def hold(name: str, true: object, world: World, *seen: object) -> None:
    """Raises Broken where a promise does not hold."""
    if not true:
        raise Broken(name, world, seen)


def of_a_mail(world: World, one: Taken) -> None:
    """Right when the server accepts it."""
    message = db.session.scalars(select(Message).where(Message.message_id == one.envelope.message_id)).one()
    hold("M9", message.useful_until is None or world.now < message.useful_until, world, message.kind, message.id)
    copies = sum(another.envelope.message_id == message.message_id for another in world.server.taken)
    most = 1 if message.message_class is MessageClass.RECALL else min(2, 1 + message.ambiguous_count)
    hold("M12", copies <= most, world, message.kind, message.id, copies)
    hold("fence", message.fenced_at is not None, world, message.kind, message.id, "the dot left without its mark")
    if message.patient_id is not None:
        patient = db.session.get_one(Patient, message.patient_id)
        _to_the_right_person(world, message, patient, one)
        _what_it_says(world, message, patient, one)
        if message.kind in PREPARES:
            _about_a_coming_visit(world, message, one)
        if message.urgency in COUNTED:
            _at_a_good_time(world, message, patient)
        if message.kind in TELLS:
            hold("grace", world.now >= db.session.get_one(ChangeSet, message.subject_id).at + AFTER_THE_ACT, world, message.id)
        if message.kind == "aftercare":
            _aftercare(world, message)
    db.session.rollback()


def _to_the_right_person(world: World, message: Message, patient: Patient, one: Taken) -> None:
    hold("M1", patient.deceased_on is None, world, message.kind, message.id)
    hold("M11", one.envelope.recipient == patient.email, world, message.kind, message.id)
    hold("M11", patient.channel is Channel.EMAIL, world, message.kind, message.id, patient.channel)
    stopped = {message.message_class.value, STOPPED_BY.get(message.kind, "")} & {str(one) for one in patient.stopped_classes}
    hold("M2", not stopped, world, message.kind, message.id, stopped)
    hold("M22", not is_suppressed(one.envelope.recipient), world, message.kind, message.id)
    if message.message_class is MessageClass.RECALL:
        consents = [c for c in patient.consents if c.kind is ConsentKind.RECALL and c.withdrawn_at is None]
        hold("M3", consents, world, message.kind, message.id)
        hold("M6", not _held(message, world), world, message.kind, message.id)
    if message.kind in STOPPED_BY:
        hold("M21", "List-Unsubscribe" in parsed(one.envelope.data), world, message.kind, message.id)


def _held(message: Message, world: World) -> bool:
    """A pause has begun over what the message is about."""
    if message.subject_type == "course":
        courses = [db.session.get_one(Course, message.subject_id)]
    else:
        links = db.session.get_one(Appointment, message.subject_id).sessions
        courses = [link.session.course for link in links if link.outcome is Outcome.PLANNED]
    standing = [h for course in courses for h in course.plan.holds if h.released_at is None and h.from_day <= world.today]
    return any(h.course_id is None or h.course_id in {course.id for course in courses} for h in standing)


def _what_it_says(world: World, message: Message, patient: Patient, one: Taken) -> None:
    mail = parsed(one.envelope.data)
    text = without_handles(text_of(mail))
    hold("U20", len(one.envelope.data) <= 60_000, world, message.kind, len(one.envelope.data))
    language = patient.language if patient.language in ("tr", "en") else "en"
    hold("M19", procedure_in(str(mail["Subject"]), language, shipped()) is None, world, message.kind, message.id)
    if patient.detail is Detail.DISCREET or patient.email_verified_at is None:
        named = next((line for line in text.splitlines() if procedure_in(line, language, shipped())), None)
        hold("M19", named is None, world, message.kind, message.id, named)


def _about_a_coming_visit(world: World, message: Message, one: Taken) -> None:
    visit = db.session.get_one(Appointment, message.subject_id)
    hold("M4", visit.state in COMING, world, message.kind, message.id, visit.state)
    hold("M5", message.cycle.partition(":")[0] == f"r{visit.revision}", world, message.kind, message.id)
    hold("M7", world.now <= visit.starts_at - timedelta(hours=2), world, message.kind, message.id)
    hold("M6", not _held(message, world), world, message.kind, message.id)
    hold("M8", f"{visit.local_time:%H:%M}" in text_of(parsed(one.envelope.data)), world, message.kind, message.id, visit.local_time)


def _at_a_good_time(world: World, message: Message, patient: Patient) -> None:
    there = clock.local(world.now, patient.zone or world.zone)
    hold("M10", time(9) <= there.time() < time(20), world, message.kind, message.id, there)
    earlier = _lately(message, world)
    today = [m for m in earlier if clock.day_of(_when(m), world.zone) == world.today]
    hold("M18", len([m for m in today if m.urgency in COUNTED]) < 3, world, message.kind, message.id, [m.kind for m in today])
    same = [m for m in earlier if m.kind == message.kind and world.now - _when(m) < timedelta(hours=12)]
    hold("M18", not same, world, message.kind, message.id, "twice in twelve hours")
    hold("M18", message.urgency is not Urgency.INVITATION or not today, world, message.id, "an invitation beside another mail")


def _lately(message: Message, world: World) -> list[Message]:
    gone = (Message.patient_id == message.patient_id, Message.state == MessageState.SENT, Message.id != message.id)
    return list(db.session.scalars(select(Message).where(*gone, Message.settled_at > world.now - timedelta(days=2))))


def _when(message: Message) -> datetime:
    return message.settled_at or message.due_at


def _aftercare(world: World, message: Message) -> None:
    visit = db.session.get_one(Appointment, message.subject_id)
    hold("M17", visit.state is VisitState.DONE, world, message.id, visit.state)
    ends = [link.session.performed_end for link in visit.sessions if link.outcome is Outcome.DONE and link.session.performed_end]
    hold("M17", all(world.now <= end + timedelta(hours=24) for end in ends), world, message.id, "care by mail later than a day")
