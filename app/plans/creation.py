"""Making a plan: a course copies every number of its protocol version, and the physician edits the copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app import history
from app.errors import Refused
from app.i18n import _
from app.library.loader import shipped
from app.library.protocol import ProtocolContent
from app.library.series import grace_days, lapse_days
from app.plans.health import findings, holds, reports
from app.plans.numbers import CourseNumbers, gaps_with, maintenance_data, protocol_gaps
from app.protocols import queries as protocols
from app.series.contents import content_of
from models.base import db
from models.clinic import Location
from models.patient import Patient
from models.protocol import ProtocolVersion, VersionState
from models.treatment import Course, CourseStep, SessionKind, SessionState, TreatmentPlan, TreatmentSession

START_WITHIN = timedelta(days=30)  # a course never begun becomes overdue after this, so that it shows up (docs/rules.md)


@dataclass(frozen=True)
class StartsAfter:
    """A course begins so many days after a step of an earlier course of the plan (its place in the list, from 0)."""

    course: int
    step: int
    days: int


@dataclass(frozen=True)
class NewCourse:
    """A course of a plan, as the physician decided it. `why`: there are more sessions than the protocol foresees.

    `with_maintenance`: the first maintenance session is planned with the series.
    """

    version: ProtocolVersion
    area: str
    start: date
    numbers: CourseNumbers
    variant: str | None = None
    agreed_sessions: int | None = None
    after: StartsAfter | None = None
    keep_apart_days: int | None = None
    why: str = ""
    with_maintenance: bool = False


@dataclass(frozen=True)
class NewPlan:
    """What the physician decided. `preferences`, as far as given:

    {weekdays: [0–6], hours: [["13:00", "16:00"]], stay_from, stay_to}.
    """

    courses: Sequence[NewCourse]
    physician_id: int
    location: Location
    note_to_patient: str = ""
    preferred_staff_id: int | None = None
    preferences: dict[str, Any] = field(default_factory=dict)


def create(patient: Patient, new: NewPlan, now: datetime) -> TreatmentPlan:
    """A plan in draft with its courses, their steps and session rows. A finding or report that stands pauses it. Raises Refused."""
    plan = written(patient, new, now)
    holds.settle(plan, now)
    return plan


def written(patient: Patient, new: NewPlan, now: datetime) -> TreatmentPlan:
    """The same before it is settled, for who does more to it at once: settling costs as much as all of this."""
    plan, standing, undecided = draft(patient, new, now), findings.standing(patient), reports.undecided(patient)
    db.session.add(plan)
    db.session.flush()
    for course, one in zip(plan.courses, new.courses, strict=True):
        if one.after:
            course.starts_after_course_id = plan.courses[one.after.course].id
    history.record("plan created", plan, now, fields=["courses"])
    history.plan_changed(plan, "created", now, why=" · ".join(one.why for one in new.courses if one.why))
    for finding in standing:
        findings.hold_for(finding, [plan], now)
    for told in undecided:
        reports.pause_plan(plan, told, now)
    return plan


def draft(patient: Patient, new: NewPlan, now: datetime) -> TreatmentPlan:
    """The plan as it would be, not yet in the database. Raises Refused in words."""
    if not new.courses:
        raise Refused(_("Choose at least one protocol."))
    plan = TreatmentPlan(
        patient=patient, patient_id=patient.id, physician_id=new.physician_id, location_id=new.location.id,
        note_to_patient=new.note_to_patient, preferred_staff_id=new.preferred_staff_id, preferences=new.preferences, made_at=now, holds=[],
    )  # fmt: skip
    for one in new.courses:
        _add_course(plan, one)
    return plan


def _add_course(plan: TreatmentPlan, new: NewCourse) -> None:
    said = check_usable(new)
    course = Course(
        plan=plan, protocol_version=new.version, area=new.area, variant=new.variant, start_day=new.start,
        grace_days=grace_days(said, shipped()), lapse_days=lapse_days(said, shipped()),
        maintenance=maintenance_data(said.maintenance, new.version.content.get("maintenance"), new.numbers),
        agreed_sessions=new.agreed_sessions, keep_apart_days=new.keep_apart_days,
        starts_after_step=new.after.step if new.after else None, starts_after_days=new.after.days if new.after else None,
        sessions=[], reviews=[],
    )  # fmt: skip
    for n, gaps in protocol_gaps(said, new.variant, new.numbers.sessions).items():
        bounds = first_bounds(new.start) if n == 1 else {}
        course.steps.append(CourseStep(n=n, gaps=gaps_with(gaps, new.numbers.spans.get(n)), bounds=bounds))
        course.sessions.append(TreatmentSession(n=n, kind=SessionKind.SERIES, state=SessionState.PROPOSED))
    if new.with_maintenance and course.maintenance:
        course.sessions.append(TreatmentSession(n=len(course.steps) + 1, kind=SessionKind.MAINTENANCE, state=SessionState.PROPOSED))


def first_bounds(start: date) -> dict[str, str]:
    """The first session: wished from the start on (one done before it counts), overdue a month later."""
    return {"ideal_from": start.isoformat(), "latest": (start + START_WITHIN).isoformat()}


def check_usable(new: NewCourse) -> ProtocolContent:
    """The content of an approved, enabled version whose area contains the course's. Raises Refused in words."""
    if new.version.state is not VersionState.APPROVED:
        raise Refused(_("This protocol version is not approved. A physician must approve it first."))
    if not protocols.switched_on(new.version):
        raise Refused(_("This protocol is switched off."))
    said = content_of(new.version)
    if not shipped().contains(said.area, new.area):
        raise Refused(_("This area does not belong to the protocol."))
    return said
