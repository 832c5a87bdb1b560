"""What was written to the patient about each visit of a plan, and which of its visits were moved: when, by whom, from when to when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.formats import local_moment
from app.i18n import _, language
from app.names import message_name
from models.appointment import Appointment, AppointmentSession, Outcome
from models.base import db
from models.message import ChangeSet, Message, MessageState, VisitChange
from models.treatment import Course, TreatmentSession

SHOWN = (MessageState.WAITING, MessageState.CLAIMED, MessageState.SENT, MessageState.FILED, MessageState.FAILED, MessageState.UNKNOWN,
         MessageState.BOUNCED, MessageState.MISSED)  # fmt: skip


@dataclass(frozen=True)
class MailMark:
    """A message about a session's visit: its kind in words and its state."""

    id: int
    name: str
    state: str


@dataclass(frozen=True)
class MoveLine:
    """A visit of the plan that was moved. `undone`: it was taken back."""

    at: datetime
    by_id: int | None
    by_patient: bool
    course_id: int | None
    label: str
    old: str
    new: str
    undone: bool


def mails_of(courses: Sequence[Course]) -> dict[int, list[MailMark]]:
    """Session id → the messages about the visit it was done in or is booked in, in the order in which they go; none withdrawn."""
    visits = _visits_of([course.id for course in courses])
    query = select(Message).where(
        Message.subject_type == Appointment.__tablename__, Message.subject_id.in_(visits), Message.state.in_(SHOWN)
    )
    found: defaultdict[int, list[MailMark]] = defaultdict(list)
    for message in db.session.scalars(query.order_by(Message.due_at, Message.id)):
        for session_id in visits[message.subject_id]:
            found[session_id].append(MailMark(message.id, message_name(message.kind), message.state.value))
    return found


def moves_of(courses: Sequence[Course]) -> list[MoveLine]:
    """Every move of a visit that carries or carried a session of these courses, oldest first."""
    ids = [course.id for course in courses]
    carried = (
        select(AppointmentSession.appointment_id, AppointmentSession.label, TreatmentSession.course_id)
        .join(AppointmentSession.session)
        .where(TreatmentSession.course_id.in_(ids))
    )
    labels = {visit_id: (label, course_id) for visit_id, label, course_id in db.session.execute(carried)}
    moved = (
        select(VisitChange, ChangeSet, Appointment.zone)
        .join(ChangeSet, ChangeSet.id == VisitChange.change_set_id)
        .join(Appointment, Appointment.id == VisitChange.appointment_id)
        .where(VisitChange.appointment_id.in_(labels), VisitChange.old_start.is_not(None), VisitChange.new_start != VisitChange.old_start)
    )
    rows = db.session.execute(moved.order_by(ChangeSet.at, VisitChange.id))
    return [_move(change, told, zone, labels[change.appointment_id]) for change, told, zone in rows]


def _move(change: VisitChange, told: ChangeSet, zone: str, of: tuple[str, int]) -> MoveLine:
    old, new = (local_moment(moment, zone, language()) if moment else "" for moment in (change.old_start, change.new_start))
    return MoveLine(told.at, told.by_id, told.by_patient, of[1], of[0], old, new, told.undone_at is not None)


def move_words(line: MoveLine) -> str:
    """What was done, in a few words."""
    words = _("Session %(n)s moved", n=line.label) if line.label else _("Visit moved")
    undone = _("taken back")
    return f"{words} ({undone})" if line.undone else words


def _visits_of(course_ids: Collection[int]) -> dict[int, list[int]]:
    """Visit id → the sessions of these courses that it carries or in which they were done."""
    links = (
        select(AppointmentSession.appointment_id, AppointmentSession.session_id)
        .join(AppointmentSession.session)
        .where(TreatmentSession.course_id.in_(course_ids), AppointmentSession.outcome.in_((Outcome.PLANNED, Outcome.DONE)))
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for visit_id, session_id in db.session.execute(links):
        found[visit_id].append(session_id)
    return found
