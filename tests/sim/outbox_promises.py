"""What must always hold of the whole outbox (docs/reliability.md), asked each night and, of everything that ever left, at the end."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import and_, func, or_, select

from models.appointment import COMING, Appointment, AppointmentSession, Outcome, VisitState
from models.base import db
from models.message import Message, MessageClass, MessageState
from models.patient import Patient
from models.task import StaffTask
from tests.sim.promises import PREPARES, hold
from tests.sim.world import World

OPEN_ROWS = (MessageState.WAITING, MessageState.CLAIMED)
ENDED_UNSENT = (MessageState.WITHDRAWN, MessageState.MISSED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.FILED)
LOOKED_AT = {MessageState.UNKNOWN: "delivery_unknown", MessageState.FAILED: "mail_failed"}
REMINDERS = ("reminder_1", "reminder_2")


def of_a_night(world: World) -> None:
    """Of the whole outbox."""
    late = world.now - timedelta(hours=26)
    open_late = select(Message.kind, Message.id, Message.state).where(Message.state.in_(OPEN_ROWS), Message.useful_until < late)
    was_off = world.off_until is not None and world.off_until > late
    hold("M13", was_off or not _any(open_late), world, open_late)
    hold("M14", not _any(select(Message.id).where(Message.state.in_(ENDED_UNSENT), Message.reason == "")), world)
    dead = select(Message.id).join(Patient, Message.patient_id == Patient.id)
    hold("M1", not _any(dead.where(Message.state == MessageState.WAITING, Patient.deceased_on.is_not(None))), world, "waits for the dead")
    refused_twice = [address for address, n in world.server.refused.items() if n > 1]
    hold("M22", not refused_twice, world, refused_twice)
    _sent_is_accepted(world)
    _a_person_looks(world)
    _no_stale_reminder(world)
    _every_visit_has_its_rows(world)


def _any(query: object) -> bool:
    return db.session.execute(query.limit(1)).first() is not None  # type: ignore[attr-defined]


def _sent_is_accepted(world: World) -> None:
    """M15, of what was settled lately."""
    taken = {one.envelope.message_id for one in world.server.taken}
    sent = select(Message.message_id).where(Message.state == MessageState.SENT, Message.settled_at > world.now - timedelta(days=2))
    hold("M15", set(db.session.scalars(sent)) <= taken, world, "sent, and the server never had it")


def _a_person_looks(world: World) -> None:
    """Nothing is lost silently: what was not delivered, or nobody knows, stands on a list."""
    ended = and_(Message.state.in_((MessageState.UNKNOWN, MessageState.FAILED)), Message.settled_at > world.now - timedelta(days=2))
    asked = select(StaffTask.id).where(StaffTask.subject_type == "message", StaffTask.subject_id == Message.id).exists()
    hold("silent", not _any(select(Message.id).where(ended, ~asked)), world, "an unknown or failed mail that nobody looks at")
    by_phone = and_(Message.reason.in_(("by_phone", "called_instead")), Message.kind != "address_check")
    called = and_(by_phone, Message.settled_at > world.now - timedelta(days=2))
    hold("silent", not _any(select(Message.id).where(called, ~asked)), world, "a call that stands on no list")


def _no_stale_reminder(world: World) -> None:
    """U21: what is about a visit that is off or was moved does not wait."""
    revision = "r" + Appointment.revision.cast(db.String)
    now_named = or_(Message.cycle == revision, Message.cycle.like(revision + ":%"))
    about = select(Message.id, Message.kind, Appointment.state).join(Appointment, Message.subject_id == Appointment.id)
    waiting = about.where(Message.subject_type == "appointment", Message.kind.in_(PREPARES), Message.state == MessageState.WAITING)
    stale = db.session.execute(waiting.where(or_(Appointment.state.not_in(COMING), ~now_named)).limit(3)).all()
    hold("U21", not [one for one in stale if one.state not in (VisitState.ARRIVED, VisitState.IN_TREATMENT)], world, stale)


def _every_visit_has_its_rows(world: World) -> None:
    """Of the visits that took place in the last days. Nothing is written to the dead, so nobody who died meanwhile is owed care (M1)."""
    recent = select(Appointment.id, Appointment.starts_at, Appointment.made_at, Appointment.revision, Patient.deceased_on)
    recent = recent.join(AppointmentSession).join(Patient, Patient.id == Appointment.patient_id)
    recent = recent.where(Appointment.state == VisitState.DONE, Appointment.ends_at > world.now - timedelta(days=3))
    done = db.session.execute(recent.where(AppointmentSession.outcome == Outcome.DONE).distinct()).all()
    kinds: dict[int, set[str]] = {one.id: set() for one in done}
    rows = select(Message.subject_id, Message.kind).where(Message.subject_type == "appointment", Message.subject_id.in_(kinds))
    for visit_id, kind in db.session.execute(rows):
        kinds[visit_id].add(kind)
    for visit in done:
        at_once = visit.starts_at - visit.made_at < timedelta(hours=3) or visit.revision > 0
        hold("M16", at_once or kinds[visit.id] & set(REMINDERS), world, visit.id, kinds[visit.id])
        hold("M17", visit.deceased_on or "aftercare" in kinds[visit.id], world, visit.id, kinds[visit.id])


def at_the_end(world: World) -> None:
    """Of everything that was ever sent."""
    taken = Counter(one.envelope.message_id for one in world.server.taken)
    for message in db.session.scalars(select(Message)):
        n, once = taken[message.message_id], message.message_class is MessageClass.RECALL
        hold("M12", n <= (1 if once else min(2, 1 + message.ambiguous_count)), world, message.kind, message.id, n)
        hold("M15", message.state is not MessageState.SENT or n >= 1, world, message.kind, message.id)
        known = (MessageState.SENT, MessageState.UNKNOWN, *OPEN_ROWS)
        hold("M20", n == 0 or message.state in known or message.ambiguous_count > 0, world, message.kind, message.id, message.state)
    keys = select(func.count()).select_from(Message).group_by(Message.kind, Message.subject_type, Message.subject_id, Message.cycle)
    hold("M12", not _any(keys.having(func.count() > 1)), world, "two rows of one key")
    db.session.rollback()
