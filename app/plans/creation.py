"""Making a plan and changing it: a course copies every number of its protocol version, and the physician edits the copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app import history
from app.errors import Refused
from app.i18n import _
from app.library.content import to_data
from app.library.loader import shipped
from app.library.series import grace_days, lapse_days, steps
from app.planning.durations import parse
from app.planning.findings import Why
from app.plans import holds
from app.plans.findings import LIVE_PLANS
from app.plans.holds import Pause, open_holds, today_of
from app.schedule import actions as schedule
from app.series import health, rows
from app.series.contents import content_of
from app.series.facts import live_visits, open_sessions
from app.series.steps import gap_data
from models.base import db
from models.clinic import Location
from models.patient import Finding, Patient
from models.protocol import ProtocolVersion, VersionState
from models.treatment import Course, CourseStep, PlanState, SessionState, TreatmentPlan

START_WITHIN = timedelta(days=30)  # a course never begun becomes overdue after this, so that it shows up (clinic.md §3)


@dataclass(frozen=True)
class StepNumbers:
    """The days of one gap as the physician wants them for this patient; None: as the protocol says, nothing."""

    min: int | None = None
    ideal: int | None = None
    max: int | None = None
    absolute_min: int | None = None


@dataclass(frozen=True)
class NewCourse:
    """A course of a plan. `gaps`: step number → this patient's own days; missing steps keep the protocol's."""

    version: ProtocolVersion
    area: str
    start: date
    sessions: int | None = None
    variant: str | None = None
    gaps: dict[int, StepNumbers] = field(default_factory=dict)
    maintenance: bool = True
    agreed_sessions: int | None = None
    latest: date | None = None
    after: tuple[int, int, int] | None = None
    keep_apart_days: int | None = None


@dataclass(frozen=True)
class NewPlan:
    """What the physician decided. `courses` in order; `after` of a course = (its place in the list, step, days)."""

    courses: Sequence[NewCourse]
    physician_id: int
    location: Location
    note_to_patient: str = ""
    preferred_staff_id: int | None = None
    preferences: dict[str, Any] = field(default_factory=dict)


def create(patient: Patient, new: NewPlan, now: datetime) -> TreatmentPlan:
    """A plan in draft with its courses, their steps and session rows. Raises Refused in words."""
    if not new.courses:
        raise Refused(_("Choose at least one protocol."))
    plan = TreatmentPlan(
        patient=patient, physician_id=new.physician_id, location_id=new.location.id, note_to_patient=new.note_to_patient,
        preferred_staff_id=new.preferred_staff_id, preferences=new.preferences, made_at=now,
    )  # fmt: skip
    db.session.add(plan)
    made: list[Course] = []
    for one in new.courses:
        made.append(add_course(plan, one, made))
    db.session.flush()
    history.record("plan created", plan, now, fields=["courses"])
    history.plan_changed(plan, "created", now)
    hold_for_findings(plan, now)
    holds.settle(plan, now)
    return plan


def add_course(plan: TreatmentPlan, new: NewCourse, earlier: Sequence[Course] = ()) -> Course:
    """One more course, with the protocol's numbers copied and this patient's own put over them."""
    said = check_usable(new)
    course = Course(
        plan=plan, protocol_version=new.version, area=new.area, variant=new.variant, start_day=new.start,
        grace_days=grace_days(said, shipped()), lapse_days=lapse_days(said, shipped()),
        maintenance=to_data(said).get("maintenance") if new.maintenance else None, agreed_sessions=new.agreed_sessions,
        keep_apart_days=new.keep_apart_days,
    )  # fmt: skip
    if new.after:
        place, course.starts_after_step, course.starts_after_days = new.after
        db.session.flush()
        course.starts_after_course_id = earlier[place].id
    for step in steps(said, new.sessions, new.variant, physician_allows_more=True):
        own = new.gaps.get(step.n)
        gaps = [gap_numbers(own)] if own else [gap_data(gap) for gap in step.gaps]
        course.steps.append(CourseStep(n=step.n, gaps=gaps, bounds=first_bounds(new) if step.n == 1 else {}))
    return course


def first_bounds(new: NewCourse) -> dict[str, str]:
    """The first session: wished from the start on (one done before it counts), overdue a month later unless said otherwise."""
    latest = new.latest or new.start + START_WITHIN
    return {"ideal_from": new.start.isoformat(), "latest": latest.isoformat()}


def check_usable(new: NewCourse) -> Any:
    """The content of an approved, enabled version whose area contains the course's. Raises Refused in words."""
    said = content_of(new.version)
    if new.version.state is not VersionState.APPROVED:
        raise Refused(_("This protocol version is not approved. A physician must approve it first."))
    if not said.enabled and not new.version.attested:
        raise Refused(_("This protocol is switched off."))
    if not shipped().contains(said.area, new.area):
        raise Refused(_("This area does not belong to the protocol."))
    return said


def change_course(course: Course, sessions: int, gaps: dict[int, StepNumbers], now: datetime, *, why: str = "") -> None:
    """Other numbers of sessions and days for this patient. What was performed and booked stays; a shorter series frees its last places."""
    old = course_words(course)
    if sessions < 1:
        raise Refused(_("A course has at least one session."))
    for step in list(course.steps):
        if step.n > sessions:
            course.steps.remove(step)
        elif step.n in gaps:
            step.gaps = [gap_numbers(gaps[step.n])]
    last = course.steps[-1]
    for n in range(last.n + 1, sessions + 1):
        course.steps.append(CourseStep(n=n, gaps=[gap_numbers(gaps[n])] if n in gaps else list(last.gaps), bounds={}))
    course.plan.version += 1
    db.session.flush()
    release_beyond(course, now)
    history.record("course changed", course, now, fields=["steps"], reason=why)
    history.plan_changed(course.plan, "course changed", now, old=old, new=course_words(course), why=why, course=course)
    holds.settle(course.plan, now)


def release_beyond(course: Course, now: datetime) -> None:
    """Free the visits of sessions that a shortened series does not have any more."""
    visits = live_visits(course)
    today = today_of(now)
    wanted = len(course.steps) - rows.read(course, today).satisfied
    for row in open_sessions(course)[max(wanted, 0) :]:
        if row.state is SessionState.BOOKED and row.id in visits:
            schedule.cancel(visits[row.id], now, by_patient=False, why="series shortened")


def start(plan: TreatmentPlan, now: datetime) -> None:
    """The plan becomes active: its sessions stand on the worklist and can be booked."""
    plan.move_to(PlanState.ACTIVE)
    plan.version += 1
    history.record("plan started", plan, now)
    history.plan_changed(plan, "started", now)
    if [held for held in open_holds(plan) if held.course_id is None and held.report_id is None]:
        plan.move_to(PlanState.ON_HOLD)
    holds.settle(plan, now)


def close(plan: TreatmentPlan, now: datetime, *, why: str) -> None:
    """End a plan early, with a reason. Its coming visits are cancelled, its open rows skipped, nothing more is sent about it."""
    for course in plan.courses:
        for visit in {visit.id: visit for visit in live_visits(course).values()}.values():
            schedule.cancel(visit, now, by_patient=False, why=why)
        course.ended_on, course.ended_why = today_of(now), why
    plan.move_to(PlanState.CLOSED)
    plan.closed_why = why
    plan.version += 1
    history.record("plan closed", plan, now, reason=why)
    history.plan_changed(plan, "closed", now, why=why)
    db.session.flush()
    for course in plan.courses:
        rows.align_sessions(course, today_of(now))
    holds.settle(plan, now)


def hold_for_findings(plan: TreatmentPlan, now: datetime) -> None:
    """A finding that already stands holds a new plan from the beginning."""
    from_today = today_of(now)
    for course in plan.courses:
        for answer in health.answers(plan.patient, course, from_today):
            if answer.blocks and answer.finding is not None and answer.why not in (Why.TOO_YOUNG, Why.AGE_UNKNOWN):
                finding = db.session.get(Finding, answer.finding.source)
                until = answer.until_day - timedelta(days=1) if answer.until_day else None
                pause = Pause(rule=answer.rule, finding=finding, from_day=from_today, until_day=until, until_event=answer.until_event,
                              review_on=answer.review_on)  # fmt: skip
                holds.hold(plan, pause, now, course=course if len(plan.courses) > 1 else None)


def gap_numbers(own: StepNumbers) -> dict[str, Any]:
    """The physician's own days as a course keeps them."""
    named = {"absolute_min": own.absolute_min, "min": own.min, "ideal": own.ideal, "max": own.max}
    return {"from": "previous", **{name: f"{days}d" for name, days in named.items() if days is not None}}


def course_words(course: Course) -> str:
    """A course's numbers in one line, for its history."""
    gaps = [next((gap.get("ideal") or gap.get("min") or "?" for gap in step.gaps), "–") for step in course.steps[1:]]
    return f"{len(course.steps)} · {', '.join(gaps)}" if gaps else str(len(course.steps))


def days_of(gap: dict[str, Any], name: str) -> int | None:
    """A stored length in days, where it is a plain number of days."""
    text = gap.get(name)
    if not text:
        return None
    length = parse(str(text))
    return length.days + 7 * length.weeks if not (length.years or length.months) else None


__all__ = ["LIVE_PLANS", "NewCourse", "NewPlan", "StepNumbers", "add_course", "change_course", "close", "create", "days_of", "start"]
