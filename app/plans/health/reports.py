"""What patients report. A report is not a finding: it pauses, keeps the places, and asks the physician to decide (docs/rules.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.plans.health import findings, held_visits, holds
from app.plans.health.findings import NewFinding, live_plans
from app.plans.health.held_visits import Days, Fate
from app.plans.health.holds import Pause
from app.series import health
from app.today import today_of
from models.base import db
from models.patient import Decision, Patient, PatientReport
from models.task import TaskKind
from models.treatment import Course, Hold, TreatmentPlan


@dataclass(frozen=True)
class NewReport:
    """What the patient said, in whose words, through which channel; the rule if it is known."""

    words: str
    rule: str | None = None
    told_by: str = ""
    channel: str = "phone"


def report(patient: Patient, new: NewReport, now: datetime) -> PatientReport:
    """Write down what a patient reports. It pauses the touched courses, keeps their places and asks the physician."""
    made = PatientReport(
        patient=patient, words=new.words, rule=new.rule, told_by=new.told_by, channel=new.channel, entered_by_id=history.who(), at=now
    )
    db.session.add(made)
    db.session.flush()
    history.record("report entered", made, now, fields=["words", "rule"])
    for plan in live_plans(patient):
        pause_plan(plan, made, now)
    tasks.ask(TaskKind.REPORT_UNDECIDED, made, now, patient_id=patient.id, due_on=today_of(now))
    return made


def pause_plan(plan: TreatmentPlan, made: PatientReport, now: datetime) -> None:
    """Pause the courses that the report may concern: all of them where its rule is not known."""
    touched = [course for course in plan.courses if course.ended_on is None and may_concern(made, course)]
    if touched:
        pause = Pause(rule=made.rule, report=made)
        findings.hold_courses(plan, [(course, pause) for course in touched], now, keep_visits=True)


def may_concern(told: PatientReport, course: Course) -> bool:
    """Whether what was reported may touch this course: any, where its rule is not known."""
    return told.rule is None or health.touches(told.rule, None, course)


def decide(told: PatientReport, decision: Decision, now: datetime, *, why: str, new: NewFinding | None = None) -> None:
    """The physician decides: not confirmed, hold (with the finding it is, or for a reason alone), or treat with a reason.

    A hold takes the place of the pause. Raises Refused for a second decision, and for a treatment without a reason.
    """
    if told.decision is not None:
        raise Refused(_("This report has been decided already."))
    if decision is Decision.TREAT and not why.strip():
        raise Refused(_("Give the reason for treating all the same."))
    told.decision, told.decided_at, told.decided_by_id, told.decided_why = decision, now, history.who(), why
    history.record("report decided", told, now, fields=["decision"], reason=why)
    if decision is Decision.HOLD:
        hold_instead(told, why, new, now)  # before the pause ends: no mail is planned in between
    for held in pauses_of(told):
        holds.release(held, now, why, covered_nothing=True, what="report decided", new=decision.value)
    tasks.close_all([told], now, decision.value)


def hold_instead(told: PatientReport, why: str, new: NewFinding | None, now: datetime) -> None:
    """What the report paused is held: by the finding it is, or by the physician's reason until it is ended."""
    if new is not None:
        findings.add(told.patient, new, now, report=told)
        return
    for held in pauses_of(told):
        holds.hold(held.plan, Pause(reason=why), now, course=db.session.get(Course, held.course_id) if held.course_id else None)


def pauses_of(told: PatientReport) -> list[Hold]:
    """The standing pauses that rest on this report alone."""
    return list(db.session.scalars(select(Hold).where(Hold.report_id == told.id, Hold.released_at.is_(None)).order_by(Hold.id)))


def fates_of(told: PatientReport, now: datetime) -> list[Fate]:
    """What a hold in the place of the pause would do to the visits that keep their places until the decision."""
    return held_visits.fates_under([Days(held.plan_id, held.course_id, today_of(now), None) for held in pauses_of(told)], now)


def undecided(patient: Patient) -> list[PatientReport]:
    """Reports that wait for the physician."""
    return [told for told in patient.reports if told.decision is None]
