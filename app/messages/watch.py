"""Lines for the worklist that come with time rather than with a change. Each may be asked again and adds nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, func, select

from app import tasks
from app.clinic import queries as clinic_queries
from app.messages import call_lines
from app.messages.kinds_courses import INVITED, maintenance_due
from app.messages.moments import Days
from models.appointment import COMING, OPEN, Appointment, AppointmentStatus, VisitState
from models.base import db
from models.clinic import Location
from models.message import Message, MessageState
from models.patient import Evaluation
from models.staff import Role
from models.task import StaffTask, TaskKind
from models.treatment import Course, PlanState, SessionState, TreatmentPlan, TreatmentSession

CALL_AT = time(16)
LOOK_AHEAD = timedelta(days=14)
"""Longer than any row of closed days before which a visit must still be confirmed by telephone."""
NO_SHOW_BACK = timedelta(days=7)
STOP_AFTER = timedelta(days=20)
"""Days after the last invitation (the library's message kinds)."""
EVALUATION_AHEAD = timedelta(days=14)
REACHED = (MessageState.SENT, MessageState.FILED, MessageState.UNKNOWN)


def call_the_unconfirmed(now: datetime) -> int:
    """At 16:00 on the clinic's last working day before a visit, whoever has not confirmed it is called.

    A time that is not agreed yet stands on the call list as that, and who agreed to it on the telephone that day is not called twice.
    """
    made = 0
    query = select(Appointment).where(Appointment.state == VisitState.BOOKED, Appointment.starts_at.between(now, now + LOOK_AHEAD))
    for visit in db.session.scalars(query.where(Appointment.agreed)):
        days = _days(visit)
        day = days.working_at_or_before(visit.local_day - timedelta(days=1))
        begin = days.at_clinic(day, time(0))
        late = days.at_clinic(day, CALL_AT) <= now and visit.made_at < begin
        if late and not tasks.ended_as("agreed", TaskKind.NOT_AGREED, visit, begin):
            made += _call(visit, "unconfirmed", now, until=visit.starts_at)
    return made


def call_who_did_not_come(now: datetime) -> int:
    """The day after a no-show, unless its sessions have a new visit or the patient has any."""
    made = 0
    missed = (
        select(Appointment, func.max(AppointmentStatus.at)).join(AppointmentStatus).where(AppointmentStatus.state == VisitState.NO_SHOW)
    )
    missed = missed.where(Appointment.state == VisitState.NO_SHOW, Appointment.starts_at.between(now - NO_SHOW_BACK, now))
    for visit, marked_at in db.session.execute(missed.group_by(Appointment.id)):
        days = _days(visit)
        day = days.answerable(days.day_of(marked_at) + timedelta(days=1), after=days.day_of(marked_at))
        if days.at_clinic(day, time(9)) <= now and not _comes_again(visit.patient_id, now):
            made += _call(visit, "no_show", now, until=now + NO_SHOW_BACK)
    return made


def stop_inviting(now: datetime) -> int:
    """After the last invitation nobody answered, a person calls once and then it ends."""
    clinic, days, made = clinic_queries.the_clinic(), _days(), 0
    last = list(INVITED)[: clinic.recall_max]
    if not last:
        return 0
    latest = days.day_of(now) - timedelta(days=INVITED[last[-1]]) - STOP_AFTER
    query = select(Course).where(Course.live, Course.needs_booking, Course.due_on <= latest, Course.due_step.startswith("M"))
    for course in db.session.scalars(query):
        due = maintenance_due(course)
        if due is not None and _was_invited(course, due.label):
            told = {"due_on": due.day.isoformat()}
            made += call_lines.ask(TaskKind.RECALL_STOPPED, course, now, patient_id=course.plan.patient_id, facts=told) is not None
    return made


def ask_for_evaluations(now: datetime) -> int:
    """Before a first session, the physician's evaluation must be valid: two weeks ahead a task asks for a new one."""
    today, made = _days().day_of(now), 0
    begun = select(TreatmentSession.course_id).where(TreatmentSession.state == SessionState.DONE)
    waiting = select(TreatmentPlan.patient_id).join(Course, Course.plan_id == TreatmentPlan.id).distinct()
    waiting = waiting.where(Course.live, TreatmentPlan.state == PlanState.ACTIVE, Course.id.not_in(begun))
    latest = select(Evaluation.patient_id, func.max(Evaluation.valid_until).label("until")).where(Evaluation.signed_at.is_not(None))
    ending = latest.where(Evaluation.patient_id.in_(waiting)).group_by(Evaluation.patient_id).subquery()
    for patient_id, until in db.session.execute(select(ending).where(ending.c.until <= today + EVALUATION_AHEAD)):
        made += _evaluation_task(patient_id, until, now)
    return made


def close_what_is_over(now: datetime, patient_ids: Collection[int] | None = None) -> int:
    """Close lines that help no more: their moment has passed, or the visit they are about was settled. `patient_ids`: only theirs."""
    query = select(StaffTask).where(StaffTask.kind.in_((*_SETTLED, TaskKind.TO_BOOK)), StaffTask.closed_at.is_(None))
    over = [task for task in db.session.scalars(_of(query, patient_ids)) if _is_late(task, now) or _is_settled(task, now)]
    for task in over:
        tasks.end(task, now, tasks.OVER)
    return len(over)


def _days(visit: Appointment | None = None) -> Days:
    """The clinic's days, those of the place of a visit where there are several."""
    clinic = clinic_queries.the_clinic()
    place = db.session.get_one(Location, visit.location_id) if visit else clinic_queries.location()
    return Days(clinic_queries.calendar(place), clinic.zone, clinic.zone)


def _call(visit: Appointment, about: str, now: datetime, *, until: datetime) -> bool:
    """One line for one visit at one time; one that was called about and closed does not come back."""
    mine = (StaffTask.subject_type == Appointment.__tablename__, StaffTask.subject_id == visit.id)
    before = db.session.scalars(select(StaffTask).where(StaffTask.kind == TaskKind.CALL, *mine))
    if any((task.facts.get("about"), task.facts.get("revision")) == (about, visit.revision) for task in before):
        return False
    told = {"about": about, "revision": visit.revision, "until": until.isoformat()}
    return call_lines.ask(TaskKind.CALL, visit, now, patient_id=visit.patient_id, facts=told) is not None


def _comes_again(patient_id: int, now: datetime) -> bool:
    coming = select(Appointment.id).where(Appointment.patient_id == patient_id, Appointment.starts_at > now, Appointment.state.in_(COMING))
    return db.session.scalar(coming.limit(1)) is not None


def _was_invited(course: Course, label: str) -> bool:
    mails = (Message.subject_type == "course", Message.subject_id == course.id, Message.kind.in_(INVITED), Message.cycle == label)
    return db.session.scalar(select(Message.id).where(*mails, Message.state.in_(REACHED)).limit(1)) is not None


def _evaluation_task(patient_id: int, until: date, now: datetime) -> bool:
    latest = select(Evaluation).where(
        Evaluation.patient_id == patient_id, Evaluation.valid_until == until, Evaluation.signed_at.is_not(None)
    )
    evaluation = db.session.scalar(latest.order_by(Evaluation.id.desc()).limit(1))
    if evaluation is None or tasks.was_asked(TaskKind.EVALUATION_DUE, evaluation):
        return False
    told = {"valid_until": until.isoformat()}
    asked = call_lines.ask(TaskKind.EVALUATION_DUE, evaluation, now, patient_id=patient_id, role=Role.PHYSICIAN, facts=told)
    return asked is not None


def _of(query: Select[StaffTask], patient_ids: Collection[int] | None) -> Select[StaffTask]:
    return query if patient_ids is None else query.where(StaffTask.patient_id.in_(patient_ids))


def _is_late(task: StaffTask, now: datetime) -> bool:
    until = task.facts.get("until")
    return until is not None and datetime.fromisoformat(until) <= now


def _is_settled(task: StaffTask, now: datetime) -> bool:
    """The visit a line is about no longer needs it: it was moved, or has become what the line waited for."""
    if task.kind == TaskKind.TO_BOOK:
        course = db.session.get(Course, task.subject_id)
        return course is None or not (course.live and course.needs_booking)
    if task.subject_type != Appointment.__tablename__:
        return False
    visit = db.session.get(Appointment, task.subject_id)
    if visit is None or visit.revision != task.facts.get("revision", visit.revision):
        return True
    return _SETTLED[task.kind](task, visit, now)


def _called(task: StaffTask, visit: Appointment, now: datetime) -> bool:
    if task.facts.get("about") == "unconfirmed":
        return visit.state is not VisitState.BOOKED
    return visit.state is not VisitState.NO_SHOW or _comes_again(visit.patient_id, now)


_SETTLED: dict[str, Callable[[StaffTask, Appointment, datetime], bool]] = {
    TaskKind.CALL: _called,
    TaskKind.CALL_UNDECIDED: lambda _task, _visit, _now: False,  # about a report; it ends with its moment or the decision
    TaskKind.ASKED_TO_MOVE: lambda _task, visit, _now: visit.state not in COMING,
    TaskKind.CANCELLED_SOON: lambda _task, visit, _now: visit.state in COMING,
    TaskKind.NOT_AGREED: lambda _task, visit, _now: visit.agreed or visit.state not in COMING,
    TaskKind.FREED: lambda _task, _visit, _now: False,  # about changes; it ends with its moment, or once the time is offered
    TaskKind.OUTCOME_DUE: lambda _task, _visit, _now: False,  # about a course; it ends with its moment, or once it is written down
    TaskKind.NO_OUTCOME: lambda _task, visit, _now: visit.state not in OPEN,
}
