"""What was written to the patient about each visit of a plan, and which were booked, moved and cancelled: when and by whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, select

from app.formats import local_moment
from app.i18n import _, _n, language
from app.names import message_name
from app.schedule.forms import asked_words
from app.schedule.reasons import reason_words
from models.appointment import Appointment, AppointmentSession, AppointmentStatus, Outcome, VisitState
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


class What(StrEnum):
    """What was done to visits."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class VisitLine:
    """Visits of the plan that were booked or cancelled in one act, or one that was moved. `labels`: of their sessions.

    `course_id` None: they are of several courses. `undone`: it was taken back.
    """

    what: What
    at: datetime
    by_id: int | None
    by_patient: bool
    course_id: int | None
    labels: tuple[str, ...]
    visits: int
    old: str
    new: str
    why: str
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


def visits_changed(courses: Sequence[Course]) -> list[VisitLine]:
    """Every booking, move and cancellation of visits that carry or carried a session of these courses, oldest first."""
    carried = _carried(TreatmentSession.course_id.in_([course.id for course in courses]))
    return _acts(Appointment.id.in_(carried), carried)


def visits_of(patient_id: int, *, sessions: bool) -> list[VisitLine]:
    """The same of every visit of a patient. `sessions`: whoever looks may know which sessions they carry. Two queries, however many."""
    whose = AppointmentSession.appointment_id.in_(select(Appointment.id).where(Appointment.patient_id == patient_id))
    return _acts(Appointment.patient_id == patient_id, _carried(whose) if sessions else {})


class _Change(NamedTuple):
    change: VisitChange
    told: ChangeSet
    zone: str
    why: str | None
    sessions: list[tuple[int, str]]


def _acts(which: ColumnElement[bool], carried: Mapping[int, list[tuple[int, str]]]) -> list[VisitLine]:
    off = and_(AppointmentStatus.appointment_id == Appointment.id, AppointmentStatus.at == ChangeSet.at,
               AppointmentStatus.state == VisitState.CANCELLED)  # fmt: skip
    query = (
        select(VisitChange, ChangeSet, Appointment.zone, AppointmentStatus.why)
        .join(ChangeSet, ChangeSet.id == VisitChange.change_set_id)
        .join(Appointment, Appointment.id == VisitChange.appointment_id).outerjoin(AppointmentStatus, off)
        .where(which).order_by(ChangeSet.at, ChangeSet.id, VisitChange.id)
    )  # fmt: skip
    acts: defaultdict[tuple[int, What, int], list[_Change]] = defaultdict(list)
    for change, told, zone, why in db.session.execute(query):
        if change.old_start != change.new_start:
            what = What.BOOKED if change.old_start is None else What.CANCELLED if change.new_start is None else What.MOVED
            alone = change.id if what is What.MOVED else 0
            acts[told.id, what, alone].append(_Change(change, told, zone, why, carried.get(change.appointment_id, [])))
    return [_line(what, changes) for (_set, what, _alone), changes in acts.items()]


def _carried(which: ColumnElement[bool]) -> dict[int, list[tuple[int, str]]]:
    """Visit id → course and label of each session it carries or carried."""
    links = (
        select(AppointmentSession.appointment_id, TreatmentSession.course_id, AppointmentSession.label)
        .join(AppointmentSession.session).where(which).order_by(AppointmentSession.position)
    )  # fmt: skip
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for visit_id, course_id, label in db.session.execute(links):
        found[visit_id].append((course_id, label))
    return found


def _line(what: What, changes: Sequence[_Change]) -> VisitLine:
    told, sessions = changes[0].told, [session for one in changes for session in one.sessions]
    course_ids = {course_id for course_id, _label in sessions}
    old, new = (
        ", ".join(local_moment(moment, one.zone, language()) for one in changes if (moment := getattr(one.change, name)))
        for name in ("old_start", "new_start")
    )
    return VisitLine(
        what, told.at, told.by_id, told.by_patient, course_ids.pop() if len(course_ids) == 1 else None,
        tuple(dict.fromkeys(label for _course, label in sessions if label)), len(changes), old, new, _why(what, changes[0]),
        told.undone_at is not None,
    )  # fmt: skip


def _why(what: What, one: _Change) -> str:
    """Why a visit was cancelled; who asked for a move."""
    if what is What.CANCELLED:
        return reason_words(one.why) if one.why else ""
    return asked_words(one.told.asked_by, one.told.asked_how)


def visit_words(line: VisitLine) -> str:
    """What was done, in a few words."""
    undone = _("taken back")
    words = _of_sessions(line) if line.course_id and line.labels else _of_visits(line)
    return f"{words} ({undone})" if line.undone else words


def _of_sessions(line: VisitLine) -> str:
    several, labels = len(line.labels), ", ".join(line.labels)
    return {
        What.BOOKED: _n("Session %(n)s booked", "Sessions %(n)s booked", several, n=labels),
        What.MOVED: _n("Session %(n)s moved", "Sessions %(n)s moved", several, n=labels),
        What.CANCELLED: _n("Session %(n)s cancelled", "Sessions %(n)s cancelled", several, n=labels),
    }[line.what]


def _of_visits(line: VisitLine) -> str:
    return {
        What.BOOKED: _n("%(num)s visit booked", "%(num)s visits booked", line.visits),
        What.MOVED: _("Visit moved"),
        What.CANCELLED: _n("%(num)s visit cancelled", "%(num)s visits cancelled", line.visits),
    }[line.what]


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
