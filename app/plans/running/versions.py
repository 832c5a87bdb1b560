"""A running course keeps its protocol version; it is moved to another one only on purpose, after every date that changes was seen.

What the course copied from its version becomes the other version's; numbers that a physician set for this patient stay. So
moving back makes it what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import history
from app.errors import Refused
from app.i18n import _
from app.library.loader import shipped
from app.library.protocol import ProtocolContent
from app.library.series import grace_days, lapse_days, steps
from app.plans import life
from app.plans.health import booked_again, findings, holds
from app.plans.health.booked_again import Again
from app.plans.numbers import protocol_gaps
from app.protocols import queries as protocols
from app.series.contents import content, content_of
from app.series.facts import gap_of, maintenance_of
from app.series.reading import read
from app.today import today_of
from models.appointment import AppointmentSession
from models.base import db
from models.protocol import ProtocolVersion, VersionState
from models.treatment import Course, CourseStep, PlanChange, PlanState, SessionState, TreatmentSession

MOVED = "version changed"


@dataclass(frozen=True)
class Moved:
    """What the move would do beside the dates. `kept`: steps whose numbers were set for this patient and stay."""

    sessions_now: int
    sessions_then: int
    kept: tuple[int, ...]


def newer(course: Course) -> ProtocolVersion | None:
    """The approved version this course could be moved to; None: it follows the newest."""
    found = [one for one in course.protocol_version.protocol.versions if one.state is VersionState.APPROVED]
    return next((one for one in found if one.n > course.protocol_version.n and protocols.switched_on(one)), None)


def before(course: Course) -> ProtocolVersion | None:
    """The version this course was moved away from last, to which it can go back."""
    move = _last_move(course)
    return next((one for one in course.protocol_version.protocol.versions if move and str(one.n) == move.old), None)


def _last_move(course: Course) -> PlanChange | None:
    """The one by which the course came to the version it follows."""
    moves = [one for one in course.plan.changes if one.what == MOVED and one.course_id == course.id]
    return moves[-1] if moves and moves[-1].new == str(course.protocol_version.n) else None


def may_move(course: Course, version: ProtocolVersion) -> bool:
    """Only forward to the approved version, or back to where the course was, and only while the course runs."""
    runs = course.ended_on is None and course.plan.state is not PlanState.CLOSED and course.plan.patient.alive_here
    return runs and version in (newer(course), before(course))


def what_moves(course: Course, version: ProtocolVersion, now: datetime) -> Moved:
    """How many sessions the series would have, and which of this patient's own numbers stay."""
    said = content_of(version)
    count = _number(course, said, read(course, today_of(now)).satisfied)
    return Moved(len(course.steps), count, tuple(step.n for step in course.steps if step.n <= count and _is_own(course, step)))


def move_to(course: Course, version: ProtocolVersion, why: str, now: datetime) -> list[Again]:
    """The course follows this version from now on. Visits of sessions it has no more are freed. Raises Refused in words.

    Where it goes back, returns what became of each coming visit that the move before had cancelled.
    """
    if not may_move(course, version):
        raise Refused(_("This course cannot be moved to that version."))
    old, said = course.protocol_version, content_of(version)
    undone = _last_move(course) if version is before(course) else None
    _copy_maintenance(course, version)
    _copy(course, said, _number(course, said, read(course, today_of(now)).satisfied))
    course.protocol_version, course.version_id = version, version.id
    course.plan.version += 1
    db.session.flush()
    life.free_beyond(course, now, why="series shortened")
    _hold_anew(course, now)
    again = _take_back(course, undone, now, why) if undone else []
    history.record(MOVED, course, now, fields=["version_id", "steps", "maintenance"], reason=why)
    history.plan_changed(course.plan, MOVED, now, old=str(old.n), new=str(version.n), why=why, course=course)
    holds.settle(course.plan, now)
    return again


def _take_back(course: Course, move: PlanChange, now: datetime, why: str) -> list[Again]:
    """What the move before brought beside its numbers: pauses for what only its version asks about, and visits it cancelled."""
    for held in holds.open_holds(course.plan):
        if held.made_at == move.at and held.finding_id and held.course_id in (None, course.id):
            holds.release(held, now, why, covered_nothing=True)
    sets = booked_again.sets_of(course.plan.patient_id, move.at)
    _wanted_again(course, [visit.id for visit in booked_again.lost(sets, now)])
    return booked_again.book_again(sets, now)


def _wanted_again(course: Course, visit_ids: Sequence[int]) -> None:
    """The sessions of these visits for which the series had no place in between."""
    dropped = select(TreatmentSession).join(AppointmentSession).where(AppointmentSession.appointment_id.in_(visit_ids))
    mine = (TreatmentSession.course_id == course.id, TreatmentSession.state == SessionState.SKIPPED)
    for session in db.session.scalars(dropped.where(*mine)):
        session.step_back_to(SessionState.PROPOSED)
        session.skipped_why = ""
    db.session.flush()


def _copy(course: Course, said: ProtocolContent, count: int) -> None:
    """The version's numbers in place of those copied before. Called while the course still names its old version."""
    was, variant = content(course), course.variant if course.variant in said.variants else None
    gaps = protocol_gaps(said, variant, count)
    own = {step.n: list(step.gaps) for step in course.steps if _is_own(course, step)}
    bounds = {step.n: step.bounds for step in course.steps}
    if course.grace_days == grace_days(was, shipped()):
        course.grace_days = grace_days(said, shipped())
    if course.lapse_days == lapse_days(was, shipped()):
        course.lapse_days = lapse_days(said, shipped())
    course.variant = variant
    for step in [step for step in course.steps if step.n > count]:
        course.steps.remove(step)
    for step in course.steps:
        step.gaps = own.get(step.n, gaps[step.n])
    for n in range(len(course.steps) + 1, count + 1):
        course.steps.append(CourseStep(n=n, gaps=gaps[n], bounds=bounds.get(n, {})))


def _copy_maintenance(course: Course, version: ProtocolVersion) -> None:
    kept = content(course).maintenance
    if maintenance_of(course) == (kept.as_question() if kept else None):
        course.maintenance = version.content.get("maintenance")


def _number(course: Course, said: ProtocolContent, done: int) -> int:
    """As many sessions as the other version says, unless this patient was given another number; never fewer than are done."""
    usual = len(steps(content(course), None, course.variant))
    variant = course.variant if course.variant in said.variants else None
    return max(len(steps(said, None, variant)) if len(course.steps) == usual else len(course.steps), done, 1)


def _is_own(course: Course, step: CourseStep) -> bool:
    """The step's numbers are not those of the version: a physician set them for this patient."""
    copied = protocol_gaps(content(course), course.variant, max(len(course.steps), step.n)).get(step.n, [])
    return [gap_of(one) for one in step.gaps] != [gap_of(one) for one in copied]


def _hold_anew(course: Course, now: datetime) -> None:
    """What the other version asks about may forbid what the old one did not."""
    standing: Sequence[int | None] = [held.finding_id for held in holds.open_holds(course.plan) if held.course_id in (None, course.id)]
    for finding in findings.standing(course.plan.patient):
        pause = findings.pause_for(finding, course, now) if finding.id not in standing else None
        if pause is not None:
            findings.hold_courses(course.plan, [(course, pause)], now)
