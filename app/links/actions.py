"""What one press on a linked page does. Called inside the route's transaction, on a link that was found open in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app import history
from app.errors import Refused
from app.i18n import _
from app.links import health
from app.links.health import HealthForm
from app.links.queries import BOOKED_AS, MOVED_TO, Opened
from app.messages import call_lines, changes, planner, staff_mails
from app.messages.links import Purpose
from app.patients import actions as patients
from app.patients import changed, contacts
from app.schedule import actions as schedule
from app.schedule import invited
from app.schedule.freed import candidates
from app.schedule.move import by_patient
from app.series import rows as series_rows
from app.today import today_of
from models.appointment import VisitState
from models.base import db
from models.patient import ConsentKind
from models.staff import Role
from models.task import TaskKind

NOT_TONIGHT = frozenset({"wants_a_time"})
"""Calls about a time to come wait for the desk; every other wish for a call may be a worry."""
WANTS_A_CALL = frozenset({"question", "call_me"})


def act(opened: Opened, now: datetime, pressed: str = "") -> None:
    """Do what the link is for, and mark it used. `pressed`: the button, where a page has several. Nothing for a page to read, or one
    on which a press must say more."""
    meant = _meant(opened.purpose, pressed)
    if meant not in _DO:
        return
    _DO[meant](opened, now)
    if meant is not opened.purpose:
        opened.link.argument = meant
    _is_used(opened, now)


def take(opened: Opened, time: str, now: datetime) -> None:
    """Move the visit to the time that was chosen, or book it. Raises Refused where somebody was faster; the place is then kept."""
    if opened.purpose is Purpose.NEW_TIME:
        _book(opened, time, now)
        return
    visit = opened.one_visit
    if visit is None:
        raise Refused(_("This time is not free any more."))
    by_patient.take(visit, time, now, offered=opened.purpose is Purpose.OFFER)
    candidates.end_what_is_taken(now)
    opened.link.argument = f"{MOVED_TO}{visit.revision}"
    _is_used(opened, now)


def _book(opened: Opened, time: str, now: datetime) -> None:
    """The session of an invitation."""
    course = opened.invites_to
    if course is None:
        raise Refused(_("This time is not free any more."))
    visit = invited.take(course, time, now)
    candidates.end_what_is_taken(now)
    opened.link.argument = f"{BOOKED_AS}{visit.id}"
    _is_used(opened, now)


def answer_health(opened: Opened, form: HealthForm, now: datetime) -> None:
    """The answers to the short questions before a visit."""
    health.answer(opened, form, now)
    _is_used(opened, now)


def _is_used(opened: Opened, now: datetime) -> None:
    opened.link.used_at = now
    history.record(f"link used: {opened.purpose}", opened.patient, now)
    db.session.flush()
    planner.plan_for(opened.patient.id, now)


def _meant(purpose: Purpose, pressed: str) -> Purpose:
    """The page on which a visit can be cancelled offers another time too."""
    return Purpose.OTHER_TIME if purpose is Purpose.CANCEL and pressed == Purpose.OTHER_TIME else purpose


def _confirm(opened: Opened, now: datetime) -> None:
    for visit in opened.visits:
        if visit.state is VisitState.BOOKED:
            schedule.confirm(visit, now, by_patient=True)


def _cancel(opened: Opened, now: datetime) -> None:
    """One mail about it, however many visits the day had."""
    told = changes.open_set(opened.patient.id, now, by_patient=True)
    for visit in opened.visits:
        schedule.cancel(visit, now, by_patient=True, change_set=told)


def _other_time(opened: Opened, now: datetime) -> None:
    """The place is kept until somebody has talked to the patient."""
    for visit in opened.visits:
        call_lines.ask(TaskKind.ASKED_TO_MOVE, visit, now, patient_id=opened.patient.id, facts={"revision": visit.revision})


def _new_time(opened: Opened, now: datetime) -> None:
    _call(opened, now, "wants_a_time")


def _answer(opened: Opened, now: datetime) -> None:
    """A check-in or a question about the result; the answer itself is the used link (planner: facts.answers)."""
    if opened.argument in WANTS_A_CALL:
        _call(opened, now, f"{opened.purpose}_{opened.argument}")


def _late(opened: Opened, now: datetime) -> None:
    """A lump or a colour change weeks later is for a physician to hear."""
    if opened.argument == "yes":
        _call(opened, now, "late_safety_yes", Role.PHYSICIAN)


def _no_recall(opened: Opened, now: datetime) -> None:
    """ "No, thank you" ends the maintenance of this course: nobody is invited or called to it. The consent stays for another one."""
    course, today = opened.course, today_of(now)
    if course is not None and course.recall_ended_on is None:
        course.recall_ended_on = today
        history.plan_changed(course.plan, "recall_ended", now, course=course)
        series_rows.align_patient(opened.patient.id, today)


def _stop(opened: Opened, now: datetime) -> None:
    """Invitations stop with their consent; what remains a duty of care is told by telephone instead."""
    patient, group = opened.patient, opened.argument
    if group == "recall":
        for consent in (one for one in patient.consents if one.kind is ConsentKind.RECALL):
            patients.withdraw_consent(consent, now)
    if group not in patient.stopped_classes:
        with changed.noted(patient, now):
            patient.stopped_classes = [*patient.stopped_classes, group]
        patient.version += 1


def _language(opened: Opened, now: datetime) -> None:
    with changed.noted(opened.patient, now):
        opened.reader_row.language = opened.argument
    opened.reader_row.version += 1


def _address(opened: Opened, now: datetime) -> None:
    row = opened.reader_row
    if opened.argument == "yes":
        row.email_verified_at = now
        row.version += 1
    else:
        contacts.lose_address(opened.patient, row.email, now)
        call_lines.ask(TaskKind.BAD_ADDRESS, opened.patient, now, patient_id=opened.patient.id)


def _call(opened: Opened, now: datetime, why: str, role: Role = Role.RECEPTION) -> None:
    """One call for one answer: a wish for another time never swallows a worry, and no later mail closes it."""
    link = opened.link
    facts = {"why": why, "message": link.message_pk, "course": link.course_id, "visit": link.appointment_id}
    task = call_lines.ask(TaskKind.CALL_PATIENT, link, now, patient_id=opened.patient.id, role=role, facts=facts)
    if task is not None and why not in NOT_TONIGHT:
        staff_mails.asked_to_be_called(task, now)


_DO: dict[Purpose, Callable[[Opened, datetime], None]] = {
    Purpose.CONFIRM: _confirm,
    Purpose.CANCEL: _cancel,
    Purpose.OTHER_TIME: _other_time,
    Purpose.NEW_TIME: _new_time,
    Purpose.CHECKIN: _answer,
    Purpose.RESULT: _answer,
    Purpose.LATE_SAFETY: _late,
    Purpose.NO_RECALL: _no_recall,
    Purpose.STOP: _stop,
    Purpose.LANGUAGE: _language,
    Purpose.ADDRESS: _address,
}
