"""The physician's evaluation: what lets a series begin (docs/rules.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app import history
from app.errors import Refused
from app.i18n import _
from app.messages import changes, planner
from app.patients import actions as patients
from app.patients import consents
from app.plans.health import findings
from app.plans.health.findings import NewFinding
from app.plans.life import begin
from app.schedule import actions as schedule
from app.schedule.evaluation import newest, signed_by
from app.series import rows
from app.series.contents import content
from app.series.facts import held_days, holds_of
from app.today import today_of
from models.appointment import COMING, Appointment, VisitState
from models.base import db
from models.clinic import Clinic
from models.patient import ConsentKind, Evaluation, Finding, Patient, Suitability
from models.treatment import Course, PlanState, TreatmentPlan

YES, NO = "yes", "no"


@dataclass(frozen=True)
class NewEvaluation:
    """What the physician saw and decided. `asked`: rule → yes or no; `found`: new findings; `over`: standing ones not found any more."""

    day: date
    suitability: Suitability
    asked: dict[str, str] = field(default_factory=dict)
    found: tuple[NewFinding, ...] = ()
    over: tuple[Finding, ...] = ()
    expectations: str = ""
    note: str = ""
    consents: tuple[ConsentKind, ...] = ()
    sign: bool = True


def evaluate(patient: Patient, new: NewEvaluation, physician_id: int, now: datetime) -> Evaluation:
    """Record an evaluation; signed, it is valid from its day for the clinic's number of days (default 180)."""
    made = Evaluation(
        patient=patient, physician_id=physician_id, day=new.day, valid_until=new.day + valid_for(), suitability=new.suitability,
        asked=new.asked, expectations=new.expectations, note=new.note,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    history.record("evaluation drafted", made, now, fields=["suitability", "asked", "expectations", "note"])
    for kind in new.consents:
        if not consents.live(patient, kind):
            patients.give_consent(patient, kind, now)
    for finding in new.over:
        findings.clear(finding, now, why=_("Not found at the evaluation."))
    for one in new.found:
        findings.add(patient, one, now)
    if new.sign:
        sign(made, now)
    return made


def sign(made: Evaluation, now: datetime) -> None:
    """The physician signs: places reserved behind the evaluation become firm, or fall free when treatment is not suitable now."""
    if made.signed_at is not None:
        raise Refused(_("This evaluation is signed already."))
    made.signed_at = now
    history.record("evaluated", made, now, fields=["signed_at"])
    db.session.flush()
    if made.suitability is Suitability.NOT_NOW:
        free_tentative(made.patient, now)
    else:
        confirm_tentative(made.patient, now)
    rows.align_patient(made.patient_id, today_of(now))
    planner.plan_for(made.patient_id, now)


def valid_for() -> timedelta:
    """How long an evaluation is valid after its day."""
    return timedelta(days=db.session.get_one(Clinic, 1).evaluation_valid_days)


def valid_on(patient: Patient, day: date) -> Evaluation | None:
    """The signed evaluation that covers this day; None: the visit begins with one."""
    last = newest(signed_by(patient), day)
    return db.session.get_one(Evaluation, last.id) if last and last.allows(day) else None


def ended_in_a_pause(plan: TreatmentPlan, today: date) -> date | None:
    """The last day of the newest evaluation, where a pause has outlasted it and nothing was done since; None: it needs no word.

    The pause moved the windows with it, so the course may go on by the rule (docs/rules.md, Evaluation); a physician looks first.
    """
    last = newest(signed_by(plan.patient), today)
    if last is None or last.valid_until >= today:
        return None
    waiting = (course for course in plan.courses if course.ended_on is None and content(course).evaluation_required)
    return last.valid_until if any(_paused_beyond(course, last.valid_until) for course in waiting) else None


def _paused_beyond(course: Course, day: date) -> bool:
    ends = [hold.released_on for hold in holds_of(course) if hold.released_on and held_days(hold)]
    back = max(ends, default=None)
    return back is not None and back > day and not any(row.performed_on and row.performed_on >= back for row in course.sessions)


def confirm_tentative(patient: Patient, now: datetime) -> None:
    """Places reserved behind the evaluation become firm, and the draft plans they belong to begin."""
    for visit in tentative_visits(patient):
        visit.tentative = False
        visit.version += 1
        for plan in {link.session.course.plan for link in visit.sessions}:
            if plan.state is PlanState.DRAFT:
                begin(plan, now)


def free_tentative(patient: Patient, now: datetime) -> None:
    """Places reserved behind the evaluation are given back, told in one message."""
    visits = [visit for visit in tentative_visits(patient) if visit.state in COMING and visit.starts_at > now]
    told = changes.open_set(patient.id, now) if visits else None
    for visit in visits:
        schedule.cancel(visit, now, by_patient=False, why="not suitable now", change_set=told)


def tentative_visits(patient: Patient) -> list[Appointment]:
    """Visits that wait for the physician's word: coming ones, and the one that has begun with the evaluation."""
    waiting = select(Appointment).where(
        Appointment.patient_id == patient.id, Appointment.tentative.is_(True), Appointment.state.in_((*COMING, VisitState.ARRIVED))
    )
    return list(db.session.scalars(waiting.order_by(Appointment.starts_at)))
