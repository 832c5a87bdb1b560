"""Findings and patient reports: what holds a plan, and who ends it.

A practitioner's finding holds at once; only a physician clears it. A report is not a finding: it pauses, keeps the
places and asks the physician to decide (clinic.md §4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app import history
from app.library.loader import shipped
from app.library.vocabulary import Rule
from app.planning.findings import Effect
from app.plans import holds
from app.plans.holds import Pause, today_of
from app.series import health
from models.base import db
from models.patient import Decision, Finding, Patient, PatientReport
from models.task import StaffTask
from models.treatment import Course, Hold, PlanState, TreatmentPlan

LIVE_PLANS = (PlanState.DRAFT, PlanState.ACTIVE, PlanState.ON_HOLD, PlanState.COMPLETED)


@dataclass(frozen=True)
class NewFinding:
    """What was found: the rule's key, where, since when, until when if it is over, in words."""

    rule: str
    since: date
    area: str | None = None
    event_ended_on: date | None = None
    product: str | None = None
    note: str = ""


def add(patient: Patient, new: NewFinding, now: datetime, *, report: PatientReport | None = None) -> Finding:
    """Record a finding; it holds every course it touches at once."""
    finding = Finding(
        patient=patient, rule=new.rule, area=new.area, product=new.product, since=new.since, event_ended_on=new.event_ended_on,
        note=new.note, added_by_id=history.who(), added_at=now, report_id=report.id if report else None,
    )  # fmt: skip
    db.session.add(finding)
    db.session.flush()
    history.record("finding added", finding, now, fields=["rule", "area", "since", "note"])
    pause = pause_for(finding, now)
    for plan, courses in touched(patient, finding.rule, finding.area):
        if pause:
            hold_courses(plan, courses, pause, now)
    return finding


def clear(finding: Finding, now: datetime, *, why: str, ended_on: date | None = None) -> None:
    """The physician's word that it stands in the way no longer; every hold that rests on it ends with it."""
    finding.event_ended_on = ended_on or finding.event_ended_on or today_of(now)
    finding.cleared_at, finding.cleared_by_id, finding.cleared_why = now, history.who(), why
    history.record("finding cleared", finding, now, fields=["cleared_at"], reason=why)
    for held in holds_of_finding(finding):
        holds.release(held, now, why)


def pause_for(finding: Finding, now: datetime) -> Pause | None:
    """How long a finding pauses a course; None where it only warns or is over. Effects: library rules (clinic.md §4)."""
    rule, today = shipped().rules[finding.rule], today_of(now)
    if rule.effect is Effect.WARN:
        return None
    if rule.effect is Effect.DAYS:
        # Days count from the end of what happened; an end not recorded is asked again after as many days.
        until = (finding.event_ended_on or max(finding.since, today)) + timedelta(days=rule.days - 1)
        return Pause(rule=finding.rule, finding=finding, from_day=today, until_day=until) if until >= today else None
    if rule.effect is Effect.UNTIL and finding.event_ended_on is not None and rule.then_effect is None:
        return None
    return Pause(rule=finding.rule, finding=finding, from_day=today, until_event=rule.until, review_on=review_day(rule, today))


def review_day(rule: Rule, today: date) -> date:
    """When the task asks the physician to look again: as the rule says, else after 4 weeks. Nothing ends by itself then."""
    return rule.review.after(today) if rule.review else today + timedelta(days=28)


def touched(patient: Patient, rule: str | None, area: str | None) -> list[tuple[TreatmentPlan, list[Course]]]:
    """The live plans a rule concerns, with the courses it touches; without a rule: all of them."""
    plans = db.session.scalars(
        select(TreatmentPlan).where(TreatmentPlan.patient_id == patient.id, TreatmentPlan.state.in_(LIVE_PLANS)).order_by(TreatmentPlan.id)
    )
    found = []
    for plan in plans:
        courses = [c for c in plan.courses if c.ended_on is None and (rule is None or health.touches(rule, area, c))]
        if courses:
            found.append((plan, courses))
    return found


def hold_courses(plan: TreatmentPlan, courses: Sequence[Course], pause: Pause, now: datetime, *, keep_visits: bool = False) -> list[Hold]:
    """Pause the whole plan when every course is touched, else only those courses."""
    open_courses = [course for course in plan.courses if course.ended_on is None]
    if len(courses) == len(open_courses):
        return [holds.hold(plan, pause, now, keep_visits=keep_visits)]
    return [holds.hold(plan, pause, now, course=course, keep_visits=keep_visits) for course in courses]


def holds_of_finding(finding: Finding) -> Sequence[Hold]:
    return db.session.scalars(select(Hold).where(Hold.finding_id == finding.id, Hold.released_at.is_(None))).all()


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
    for plan, courses in touched(patient, new.rule, None):
        hold_courses(plan, courses, Pause(rule=new.rule, report=made), now, keep_visits=True)
    db.session.add(
        StaffTask(kind="report_undecided", subject_type="patient_report", subject_id=made.id, patient_id=patient.id,
                  for_role="physician", due_on=today_of(now), made_at=now)
    )  # fmt: skip
    return made


def decide(told: PatientReport, decision: Decision, now: datetime, *, why: str, new: NewFinding | None = None) -> None:
    """The physician decides: not confirmed, hold (with the finding it is), or treat with a reason. The pause ends or becomes a hold."""
    told.decision, told.decided_at, told.decided_by_id, told.decided_why = decision, now, history.who(), why
    history.record("report decided", told, now, fields=["decision"], reason=why)
    for held in db.session.scalars(select(Hold).where(Hold.report_id == told.id, Hold.released_at.is_(None))).all():
        holds.release(held, now, why or decision.value, covered_nothing=True)
    if decision is Decision.HOLD and new is not None:
        add(told.patient, new, now, report=told)
    task = select(StaffTask).where(StaffTask.kind == "report_undecided", StaffTask.subject_id == told.id, StaffTask.closed_at.is_(None))
    for row in db.session.scalars(task):
        row.closed_at, row.closed_by_id, row.closed_as = now, history.who(), decision.value
