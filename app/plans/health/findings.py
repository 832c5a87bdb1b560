"""Findings: what holds a course at once, and who ends it. A practitioner may add one, only a physician clears it (docs/rules.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app import history
from app.library.loader import shipped
from app.planning.findings import Answer, Why
from app.plans.health import holds
from app.plans.health.holds import Pause
from app.series import health
from app.today import today_of
from models.base import db
from models.patient import Finding, Patient, PatientReport
from models.treatment import Course, Hold, PlanState, TreatmentPlan

LIVE_PLANS = (PlanState.DRAFT, PlanState.ACTIVE, PlanState.ON_HOLD, PlanState.COMPLETED)
Pauses = list[tuple[Course, Pause]]


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
    hold_for(finding, live_plans(patient), now)
    return finding


def record_end(finding: Finding, on: date, now: datetime) -> None:
    """The event it waited for has come, or what was found is over since a day: the holds that rest on it end, or count from then."""
    finding.event_ended_on = on
    history.record("end recorded", finding, now, fields=["event_ended_on"])
    standing = holds_of(finding)
    hold_for(finding, live_plans(finding.patient), now)
    for held in standing:
        holds.release(held, now, "", what="end recorded")


def clear(finding: Finding, now: datetime, *, why: str) -> None:
    """The physician's word that it stands in the way no longer; every hold that rests on it ends with it."""
    finding.cleared_at, finding.cleared_by_id, finding.cleared_why = now, history.who(), why
    history.record("finding cleared", finding, now, fields=["cleared_at"], reason=why)
    for held in holds_of(finding):
        holds.release(held, now, why)


def hold_for(finding: Finding, plans: Sequence[TreatmentPlan], now: datetime) -> list[Hold]:
    """Pause what the finding forbids."""
    made = []
    for plan in plans:
        paused = [(c, pause) for c in plan.courses if c.ended_on is None and (pause := pause_for(finding, c, now))]
        if paused:
            made += hold_courses(plan, paused, now)
    return made


def pause_for(finding: Finding, course: Course, now: datetime) -> Pause | None:
    """How long a finding pauses a course, by the rules of its protocol; None where it is cleared, over, or only warns."""
    day = max(today_of(now), finding.since)
    given = [a for a in health.answers(finding.patient, course, day) if a.blocks and a.finding and a.finding.source == finding.id]
    lasting = [_pause(answer, finding, day) for answer in given]
    return max(lasting, key=lambda pause: (pause.until_day is None, pause.until_day or day), default=None)


def _pause(answer: Answer, finding: Finding, day: date) -> Pause:
    if answer.until_day is not None:
        return Pause(rule=finding.rule, finding=finding, from_day=day, until_day=answer.until_day - timedelta(days=1))
    if answer.why is Why.END_NOT_RECORDED:
        # The days count from an end nobody has recorded: they are taken to begin now, and the finding is asked about again then.
        return Pause(rule=finding.rule, finding=finding, from_day=day, until_day=day + timedelta(days=answer.wait_days - 1))
    again = answer.review_on or day + holds.LOOK_AGAIN
    return Pause(rule=finding.rule, finding=finding, from_day=day, until_event=answer.until_event, review_on=max(again, day))


def hold_courses(plan: TreatmentPlan, paused: Pauses, now: datetime, *, keep_visits: bool = False) -> list[Hold]:
    """Pause the whole plan when all its courses are paused alike, else course by course."""
    going_on = [course for course in plan.courses if course.ended_on is None]
    first = paused[0][1]
    if len(paused) == len(going_on) and all(pause == first for _course, pause in paused):
        return [holds.hold(plan, first, now, keep_visits=keep_visits)]
    return [holds.hold(plan, pause, now, course=course, keep_visits=keep_visits) for course, pause in paused]


def live_plans(patient: Patient) -> Sequence[TreatmentPlan]:
    """The patient's plans that are not closed."""
    wanted = select(TreatmentPlan).where(TreatmentPlan.patient_id == patient.id, TreatmentPlan.state.in_(LIVE_PLANS))
    return db.session.scalars(wanted.order_by(TreatmentPlan.id)).all()


def holds_of(finding: Finding) -> Sequence[Hold]:
    """The standing holds that rest on this finding."""
    return [held for held in all_holds_of(finding) if held.released_at is None]


def all_holds_of(finding: Finding) -> Sequence[Hold]:
    """The holds that rest on this finding, those that are over too."""
    return db.session.scalars(select(Hold).where(Hold.finding_id == finding.id).order_by(Hold.id)).all()


def standing(patient: Patient) -> list[Finding]:
    """Findings that no physician has cleared and whose end, where it is recorded, still matters by their rule."""
    return [f for f in patient.findings if f.cleared_at is None and not (f.event_ended_on and _is_over(f))]


def _is_over(finding: Finding) -> bool:
    rule = shipped().rules.get(finding.rule)
    return rule is None or (rule.then_effect is None and not rule.days and not rule.days_hint)
