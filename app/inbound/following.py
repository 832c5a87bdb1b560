"""What follows from a mail that came in. Nothing clinical by itself: what a person wrote is for a person to read.

A bounce marks the mail it is about, whoever sent the report must have received that mail: it names a random Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.inbound import bounces, matching
from app.inbound.outcomes import Outcome
from app.inbound.reading import Answer, CalendarAnswer, Fate, Post, Report, What
from app.messages import call_lines
from app.messages.ends import Why
from app.messages.transports import OutcomeKind
from app.schedule import actions as schedule
from app.today import today_of
from models.appointment import COMING, Appointment, VisitState
from models.base import db, locked
from models.clinic import Clinic
from models.inbound import IncomingMail
from models.message import Message, MessageState
from models.patient import Patient
from models.staff import Role
from models.task import TaskKind


def follow(row: IncomingMail, post: Post, now: datetime) -> Outcome:
    """Do what this mail calls for, inside the transaction that keeps it. Fills in whom and what it is about."""
    row.message = matching.message_of(post)
    row.message_pk = row.message.id if row.message else None
    return _BY_WHAT[post.what](row, post, now)


def give_up(row: IncomingMail, post: Post, now: datetime) -> Outcome:
    """What it calls for could not be done, for a fault of ours: its words are kept, and somebody looks."""
    somebody_looks(row, now)
    return _keep(row, post, Outcome.FAILED)


def somebody_looks(row: IncomingMail, now: datetime) -> Outcome:
    """It belongs to nobody we know. One line says so, however many there are: they stand on their own page."""
    call_lines.ask(TaskKind.MAIL_UNMATCHED, db.session.get_one(Clinic, 1), now, patient_id=None)
    return Outcome.UNMATCHED


def _bounce(row: IncomingMail, post: Post, now: datetime) -> Outcome:
    if matching.patient_of(post, None) is not None:  # no mail system writes from a patient's address, whatever is quoted in it
        return _person(row, post, now)
    report = post.report or Report(Fate.UNCLEAR)
    row.facts = {"fate": report.fate, "status": report.status, "said": report.said, "recipients": list(report.recipients)}
    message = locked(Message, row.message_pk) if row.message_pk else None
    if message is None:
        return _keep(row, post, somebody_looks(row, now))
    row.patient = message.patient
    if report.fate is Fate.DELIVERED or message.state is MessageState.BOUNCED or _about_an_earlier_copy(message, report):
        return Outcome.NOTED
    if report.fate is Fate.UNCLEAR or (_copies(message) > 1 and not report.recipients):  # whoever had the first copy could write it
        call_lines.look_at(TaskKind.MAIL_FAILED, message, now, {"why": Why.NOT_DELIVERED})
        return _keep(row, post, Outcome.ASKED)
    bounces.keep(message, report, now)
    if report.fate is Fate.DELAYED:
        return Outcome.DELAYED
    bounces.came_back(message, report, now)
    return Outcome.BOUNCED


def _about_an_earlier_copy(message: Message, report: Report) -> bool:
    """It was sent again since, to another address than the report names."""
    return _copies(message) > 1 and not report.is_about(message.address)


def _copies(message: Message) -> int:
    return sum(attempt.outcome == OutcomeKind.ACCEPTED for attempt in message.attempts)


def _calendar(row: IncomingMail, post: Post, now: datetime) -> Outcome:
    """A calendar program answered for its owner."""
    answered = post.calendar or CalendarAnswer("", 0, Answer.OTHER)
    row.facts = {"answer": answered.answer, "sequence": answered.sequence}
    visit = matching.visit_of(answered)
    if visit is None:
        return _person(row, post, now) if post.text else _keep(row, post, somebody_looks(row, now))
    row.patient = visit.patient
    if not matching.may_answer(visit.patient, post.sender, answered.answer, today_of(now)):
        return _keep(row, post, somebody_looks(row, now))
    if post.text:
        _is_read_by_somebody(row, visit.patient, post, now)
    return _answered(visit, answered, now)


def _answered(visit: Appointment, answered: CalendarAnswer, now: datetime) -> Outcome:
    """An answer counts for the time that the visit has now, and only for one to come."""
    db.session.refresh(visit)
    stands = visit.state in COMING and visit.starts_at > now and visit.patient.alive_here
    if not stands or answered.sequence != visit.revision or answered.answer is Answer.OTHER:
        return Outcome.NOTED
    if answered.answer is Answer.DECLINED:
        asked = call_lines.ask(TaskKind.ASKED_TO_MOVE, visit, now, patient_id=visit.patient_id, facts={"revision": visit.revision})
        return Outcome.DECLINED if asked else Outcome.NOTED
    if visit.state is VisitState.CONFIRMED:
        return Outcome.NOTED
    schedule.confirm(visit, now, by_patient=True)
    return Outcome.CONFIRMED


def _person(row: IncomingMail, post: Post, now: datetime) -> Outcome:
    """Somebody wrote. Reception calls; the text is shown only to those who may read mails."""
    row.patient = matching.patient_of(post, row.message)
    if row.patient is None:
        return _keep(row, post, somebody_looks(row, now))
    _is_read_by_somebody(row, row.patient, post, now)
    return Outcome.ASKED


def _is_read_by_somebody(row: IncomingMail, patient: Patient, post: Post, now: datetime) -> None:
    call_lines.ask(TaskKind.PATIENT_WROTE, row, now, patient_id=patient.id, role=Role.RECEPTION)
    _keep(row, post, Outcome.ASKED)


def _automatic(_row: IncomingMail, _post: Post, _now: datetime) -> Outcome:
    return Outcome.DROPPED


def _unreadable(row: IncomingMail, post: Post, now: datetime) -> Outcome:
    return _keep(row, post, somebody_looks(row, now))


def _keep(row: IncomingMail, post: Post, outcome: Outcome) -> Outcome:
    """Somebody will look: what was written is kept for that."""
    row.sender, row.subject, row.text = post.sender[:254], post.subject[:300], post.text
    return outcome


_BY_WHAT: dict[What, Callable[[IncomingMail, Post, datetime], Outcome]] = {
    What.BOUNCE: _bounce,
    What.CALENDAR: _calendar,
    What.PERSON: _person,
    What.AUTOMATIC: _automatic,
    What.UNREADABLE: _unreadable,
}
