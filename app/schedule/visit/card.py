"""Everything about one visit: its phases, what happened to it, its mails, a sentence to read aloud."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from app.formats import local_moment
from app.i18n import _, language
from app.names import message_name, staff_names
from app.patients.reach import called
from app.permissions import Permission
from app.schedule import undo
from app.schedule.day import preflight, preflight_facts
from app.schedule.day.listing import Line
from app.schedule.day.presenters import VisitRow, row_of
from app.schedule.forms import asked_words
from app.schedule.here import Here
from app.schedule.late import deciding
from app.schedule.late.standing import late_way_words
from app.schedule.reasons import reason_words
from app.schedule.visit.phases import PhaseWords, phases_of
from app.schedule.visit.read_aloud import sentence
from models.appointment import COMING, Appointment, AppointmentStatus, VisitState
from models.base import db
from models.clinic import Room
from models.lateness import LateDecision
from models.message import ChangeSet, Message, VisitChange

SHOWN_CHANGES = 20


@dataclass(frozen=True)
class Happened:
    """One line of a visit's history."""

    at: datetime
    what: str
    who: str
    why: str
    state: VisitState | None = None
    undone: bool = False


@dataclass(frozen=True)
class MailLine:
    """A message about this visit; `day`: when it is or was due."""

    id: int
    name: str
    state: str
    due_at: datetime
    reason: str


@dataclass(frozen=True)
class VisitCard:
    """What one person may see of one visit."""

    visit: Appointment
    row: VisitRow
    phases: list[PhaseWords]
    happened: list[Happened]
    mails: list[MailLine]
    sentence: str
    sentence_language: str
    may_undo: bool


def card_of(visit: Appointment, at: Here) -> VisitCard:
    """The card of a visit for whoever opens it."""
    room = db.session.get(Room, visit.room_id) if visit.room_id else None
    since = next((row.at for row in reversed(visit.statuses) if row.state is visit.state and row.undo_of_id is None), None)
    sees = at.asker.may(Permission.SEE_PLANS)
    facts = preflight.facts_of(visit) if sees else preflight_facts.read([])
    checks = preflight.checks_from(facts, visit, at.clinical) if sees else []
    decided = deciding.standing(visit)
    line = Line(visit, room.name if room else "", since, late_way=decided.way if decided else None)
    row = row_of(line, checks, facts, at.asker, at.today, at.now)
    staff = staff_names()
    return VisitCard(
        visit, row, phases_of(visit, staff, line.late_way) if sees else [], happened(visit, staff),
        mails_of(visit) if at.asker.may(Permission.SEE_MESSAGES) else [],
        sentence(visit, at.clinic, at.now) if visit.state in COMING else "", called(visit.patient, at.today).language,
        undo.may_step_back(visit),
    )  # fmt: skip


def happened(visit: Appointment, staff: dict[int, str]) -> list[Happened]:
    """What happened to the visit, the latest first: moves along its states and in time, and what was decided when the patient came late."""
    taken_back = {row.undo_of_id for row in visit.statuses if row.undo_of_id is not None}
    lines = [_status_line(row, staff, row.id in taken_back) for row in visit.statuses]
    changes = db.session.execute(
        select(VisitChange, ChangeSet).join(ChangeSet, ChangeSet.id == VisitChange.change_set_id)
        .where(VisitChange.appointment_id == visit.id, VisitChange.old_start.is_not(None), VisitChange.new_start.is_not(None))
        .order_by(ChangeSet.id.desc()).limit(SHOWN_CHANGES)
    )  # fmt: skip
    lines += [_move_line(change, told, staff, visit.zone) for change, told in changes]
    lines += [_late_line(one, staff) for one in deciding.all_of(visit)]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def mails_of(visit: Appointment) -> list[MailLine]:
    """The messages about this visit, and those about changes in which it was one of several."""
    sets = select(VisitChange.change_set_id).where(VisitChange.appointment_id == visit.id)
    about = or_(
        (Message.subject_type == "appointment") & (Message.subject_id == visit.id),
        (Message.subject_type == "change_set") & Message.subject_id.in_(sets),
    )
    rows = db.session.scalars(select(Message).where(Message.patient_id == visit.patient_id, about).order_by(Message.due_at, Message.id))
    return [MailLine(row.id, message_name(row.kind), row.state.value, row.due_at, row.reason) for row in rows]


def _status_line(row: AppointmentStatus, staff: dict[int, str], undone: bool) -> Happened:
    who = staff.get(row.by_id or 0, "") or (_("the patient") if row.by_patient else "")
    what = _("one step back") if row.undo_of_id is not None else ""
    return Happened(row.at, what, who, reason_words(row.why) if row.why else "", row.state, undone)


def _move_line(change: VisitChange, told: ChangeSet, staff: dict[int, str], zone: str) -> Happened:
    who = staff.get(told.by_id or 0, "") or (_("the patient") if told.by_patient else "")
    old, new = (local_moment(moment, zone, language()) if moment else "–" for moment in (change.old_start, change.new_start))
    what, asked = _("moved from %(old)s to %(new)s", old=old, new=new), asked_words(told.asked_by, told.asked_how)
    return Happened(told.at, what, who, asked, undone=told.undone_at is not None)


def _late_line(one: LateDecision, staff: dict[int, str]) -> Happened:
    what = _("came %(n)s min late", n=one.minutes) + f": {late_way_words(one.way)}"
    return Happened(one.at, what, staff.get(one.by_id or 0, ""), "", undone=one.undone_at is not None)
