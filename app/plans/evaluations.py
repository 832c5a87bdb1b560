"""The physician's evaluation and reviews: what lets a series begin and go on (clinic.md §1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import history
from app.plans import findings, holds
from app.plans.findings import NewFinding
from app.plans.holds import today_of
from app.series.reading import Reading, read
from models.appointment import COMING, Appointment, AppointmentSession
from models.base import db
from models.clinic import Clinic
from models.patient import Consent, ConsentKind, Evaluation, Patient, Suitability
from models.task import StaffTask
from models.treatment import Course, CourseStep, PlanState, Review, ReviewResult, TreatmentSession


@dataclass(frozen=True)
class NewEvaluation:
    """What the physician saw and decided. `asked`: rule → yes, no; `found`: the findings it led to."""

    day: date
    suitability: Suitability
    asked: dict[str, Any] = field(default_factory=dict)
    found: tuple[NewFinding, ...] = ()
    expectations: str = ""
    note: str = ""
    consents: tuple[ConsentKind, ...] = ()
    sign: bool = True


def evaluate(patient: Patient, new: NewEvaluation, physician_id: int, now: datetime) -> Evaluation:
    """Record an evaluation; signed, it is valid from its day for the clinic's number of days (default 180)."""
    valid_days = db.session.get_one(Clinic, 1).evaluation_valid_days
    made = Evaluation(
        patient=patient, physician_id=physician_id, day=new.day, valid_until=new.day + timedelta(days=valid_days),
        suitability=new.suitability, asked=new.asked, expectations=new.expectations, note=new.note, signed_at=now if new.sign else None,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    history.record("evaluated" if new.sign else "evaluation drafted", made, now, fields=["suitability", "asked", "expectations", "note"])
    for kind in new.consents:
        db.session.add(
            Consent(patient=patient, kind=kind, language=patient.language, informed_by_id=physician_id, given_at=now,
                    recorded_by_id=history.who())
        )  # fmt: skip
    for one in new.found:
        findings.add(patient, one, now)
    if new.sign:
        confirm_tentative(patient, new.suitability, now)
    return made


def valid_on(patient: Patient, day: date) -> Evaluation | None:
    """The signed evaluation that covers this day, the newest first; None: the visit begins with one."""
    fit = [e for e in patient.evaluations if e.signed_at and e.suitability is not Suitability.NOT_NOW and e.day <= day <= e.valid_until]
    return max(fit, key=lambda e: e.day) if fit else None


def confirm_tentative(patient: Patient, verdict: Suitability, now: datetime) -> None:
    """Places reserved behind the evaluation become firm when the physician signs that treatment is suitable."""
    if verdict is Suitability.NOT_NOW:
        return
    tentative = select(Appointment).where(
        Appointment.patient_id == patient.id, Appointment.tentative.is_(True), Appointment.state.in_(COMING)
    )
    for visit in db.session.scalars(tentative):
        visit.tentative = False
        visit.version += 1


@dataclass(frozen=True)
class NewReview:
    """How a review ended. `extend_by`: further sessions, each repeating the last gap."""

    after_step: int
    day: date
    result: ReviewResult
    why: str = ""
    extend_by: int = 0


def review(course: Course, new: NewReview, now: datetime) -> Review:
    """The physician's review: go on, extend, complete, or begin maintenance. It renews the evaluation."""
    made = Review(course=course, after_step=new.after_step, done_on=new.day, result=new.result, by_id=history.who(), why=new.why)
    db.session.add(made)
    if new.result is ReviewResult.EXTEND:
        extend(course, new.extend_by)
    if new.result is ReviewResult.COMPLETE:
        course.maintenance = None
        course.completed_early_on = course.completed_early_on or new.day
    if new.result is ReviewResult.MAINTAIN and not _all_done(course, now):
        course.completed_early_on = new.day
    renew_evaluation(course.plan.patient, new.day)
    history.record("reviewed", course, now, fields=["reviews"], reason=new.why)
    history.plan_changed(course.plan, "reviewed", now, new=new.result.value, why=new.why, course=course)
    close_review_task(course, now)
    holds.settle(course.plan, now)
    finish_if_over(course, now)
    return made


def extend(course: Course, by: int) -> None:
    """Further steps at the end, each repeating the last step's gap."""
    last = course.steps[-1]
    for n in range(last.n + 1, last.n + 1 + by):
        course.steps.append(CourseStep(n=n, gaps=list(last.gaps), bounds={}))
    course.completed_early_on = None


def renew_evaluation(patient: Patient, day: date) -> None:
    """A recorded review renews the evaluation it stands on."""
    signed = [e for e in patient.evaluations if e.signed_at]
    if signed:
        newest = max(signed, key=lambda e: e.day)
        valid_days = db.session.get_one(Clinic, 1).evaluation_valid_days
        newest.valid_until = max(newest.valid_until, day + timedelta(days=valid_days))


def finish_if_over(course: Course, now: datetime) -> None:
    """A plan of which every course is complete or ended, with nothing more to come, is completed."""
    plan = course.plan
    if plan.state is PlanState.ACTIVE and all(c.ended_on or read(c, today_of(now)).next is None for c in plan.courses):
        plan.move_to(PlanState.COMPLETED)
        history.plan_changed(plan, "completed", now)
        holds.settle(plan, now)


def close_review_task(course: Course, now: datetime) -> None:
    task = select(StaffTask).where(
        StaffTask.kind == "review_due", StaffTask.subject_type == "course", StaffTask.subject_id == course.id, StaffTask.closed_at.is_(None)
    )
    for row in db.session.scalars(task):
        row.closed_at, row.closed_by_id, row.closed_as = now, history.who(), "reviewed"


def _all_done(course: Course, now: datetime) -> bool:
    reading: Reading = read(course, today_of(now))
    return reading.satisfied >= len(course.steps)


def sessions_booked(course: Course) -> list[TreatmentSession]:
    """Sessions of a course that have a coming visit."""
    booked = (
        select(TreatmentSession)
        .join(AppointmentSession, AppointmentSession.session_id == TreatmentSession.id)
        .join(Appointment, Appointment.id == AppointmentSession.appointment_id)
        .where(TreatmentSession.course_id == course.id, Appointment.state.in_(COMING))
    )
    return list(db.session.scalars(booked))
