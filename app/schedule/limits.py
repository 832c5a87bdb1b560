"""What may not be booked, and what a physician may allow with a reason.

Nothing below the minimum of a gap, inside a hold, or too near to another treatment is booked without a recorded
decision (docs/rules.md). Two treatments that are forbidden on one day are never booked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app import history
from app.errors import Refused
from app.i18n import _
from app.schedule import evaluation
from app.schedule.evaluation import Stand
from app.schedule.free.phases import carries_sessions
from app.schedule.words import clash_words, day_words
from app.series import other_acts
from app.series.facts import held_days, holds_of
from app.series.other_acts import OtherAct
from app.series.reading import Reading, SessionLine, read_all
from models.appointment import VisitKind
from models.base import db
from models.patient import Patient
from models.staff import Role, StaffMember
from models.treatment import Course, PlanState, SessionState, TreatmentSession

OVER = (PlanState.CLOSED, PlanState.COMPLETED)
FREE = (SessionState.PROPOSED, SessionState.MISSED)


@dataclass(frozen=True)
class Override:
    """A physician allows what the rules do not, and says why."""

    physician_id: int
    why: str


def check_override(override: Override | None) -> None:
    """Raises Refused unless it is a physician's, with a reason."""
    if override is None:
        return
    member = db.session.get(StaffMember, override.physician_id)
    if member is None or not member.active or not member.has_role(Role.PHYSICIAN):
        raise Refused(_("Only a physician may allow this."))
    if not override.why.strip():
        raise Refused(_("Write down why you allow this."))


def readings_of(sessions: Iterable[TreatmentSession], today: date, known: Mapping[int, Reading] | None = None) -> dict[int, Reading]:
    """The reading of every course of a visit, by the course's id. `known`: those that need not be asked for."""
    courses, there = dict.fromkeys(session.course for session in sessions), known or {}
    fresh = read_all([course for course in courses if course.id not in there], today)
    return {course.id: there.get(course.id) or fresh[course.id] for course in courses}


def stands_of(sessions: Iterable[TreatmentSession], readings: Mapping[int, Reading]) -> list[Stand]:
    """Each session with its place in its course."""
    return [Stand(session.course, _label(session, readings[session.course_id]), session.kind) for session in sessions]


def check_patient(patient: Patient) -> None:
    """Raises Refused for somebody who cannot be booked any more."""
    if not patient.alive_here:
        raise Refused(_("This patient cannot be booked: the record is closed."))


def check_sessions(patient: Patient, kind: VisitKind, sessions: Sequence[TreatmentSession], *, free: bool = True) -> None:
    """Raises Refused unless these are the patient's own sessions and, where `free`, nobody booked them yet."""
    if carries_sessions(kind) != bool(sessions):
        raise Refused(_("Choose at least one session.") if not sessions else _("This kind of visit has no sessions."))
    if len({session.course_id for session in sessions}) < len(sessions):
        raise Refused(_("Two sessions of one course cannot be done in one visit."))
    for session in sessions:
        if session.course.plan.patient_id != patient.id:
            raise Refused(_("This session belongs to another patient."))
        if session.course.ended_on is not None or session.course.plan.state in OVER:
            raise Refused(_("This plan has ended; its sessions cannot be booked."))
        if free and session.state not in FREE:
            raise Refused(_("This session is booked or done already."))


def check_plan_started(stands: Sequence[Stand], day: date, patient: Patient) -> None:
    """Raises Refused where only the start of the plan is missing: its physician has evaluated the patient."""
    signed = evaluation.signed_by(patient)
    for stand in stands:
        if stand.course.plan.state is PlanState.DRAFT and evaluation.covers(stand, day, signed):
            raise Refused(_("The plan is a draft. A physician starts it before its sessions are booked."))


def check_holds(courses: Iterable[Course], day: date, override: Override | None, *, made_since: datetime | None = None) -> None:
    """Raises Refused where a hold covers the day. `made_since`: only one that was made from this moment on."""
    holds = (hold for course in courses for hold in holds_of(course) if made_since is None or hold.made_at >= made_since)
    if override is None and any(days.cover(day) for days in map(held_days, holds) if days):
        raise Refused(_("The plan is on hold on that day. The physician decides when it goes on."))


def check_acts(courses: Sequence[Course], day: date, minute: int, override: Override | None, others: Sequence[OtherAct]) -> None:
    """Raises Refused where another treatment on the same area, or another course of the plan, is too near.

    Pairs forbidden on one day are refused always. `others`: what is done or booked on the patient besides.
    """
    if not courses:
        return
    beside = [*others, *(other_acts.wanted(course, day, minute) for course in courses)]
    near = [words for course in courses if override is None and (words := _apart_words(course, day, beside))]
    if near:
        raise Refused(near[0])
    found = other_acts.clashes(courses, day, minute, others)
    hindering = [clash for clash in found if override is None or not clash.may_be_overridden]
    if hindering:
        raise Refused(" ".join(dict.fromkeys(clash_words(clash) for clash in hindering)))


def _apart_words(course: Course, day: date, others: Iterable[OtherAct]) -> str | None:
    near = other_acts.kept_apart(course, day, others)
    if near is None:
        return None
    return _("The plan keeps %(n)s days between its courses. The other one: %(other)s.", n=near[0], other=day_words(near[1]))


def too_early(readings: Iterable[Reading]) -> dict[int, SessionLine]:
    """Booked sessions that lie before their window and that no physician has allowed, by the session's id."""
    return {
        line.session.id: line
        for reading in readings
        for line in reading.lines
        if line.session and line.visit and line.due and line.session.override_by_id is None
        and line.due.is_too_early(line.visit.local_day)
    }  # fmt: skip


def behind(sessions: Iterable[TreatmentSession]) -> set[int]:
    """Sessions that stand behind these in their courses. What was too early while these had no day is no leave to book them so."""
    return {later.id for session in sessions for later in session.course.sessions if later.n > session.n}


def early_since(before: Collection[int], readings: Iterable[Reading]) -> list[SessionLine]:
    """Those that have become too early: they were not before."""
    return [line for key, line in too_early(readings).items() if key not in before]


def check_minimum(found: Iterable[SessionLine], override: Override | None) -> None:
    """Raises Refused for sessions below their minimum; with a physician's decision it is recorded on each."""
    for line in found:
        if override is None:
            raise Refused(_early_words(line))
        if line.session is not None:
            line.session.override_by_id, line.session.override_why = override.physician_id, override.why


def record_override(courses: Iterable[Course], override: Override | None, now: datetime) -> None:
    """One line in the history of each plan that something was allowed."""
    for course in courses if override else ():
        history.plan_changed(course.plan, "allowed", now, why=override.why if override else "", course=course)


def _label(session: TreatmentSession, reading: Reading) -> str:
    return next((line.label for line in reading.lines if line.session is session), "")


def early_words(label: str, day: date, earliest: date) -> str:
    """Why a session may not lie on a day before its window."""
    days = {"label": label, "day": day_words(day), "earliest": day_words(earliest)}
    return _("Session %(label)s on %(day)s would be too early. Earliest: %(earliest)s. A physician may allow it with a reason.", **days)


def _early_words(line: SessionLine) -> str:
    assert line.visit is not None
    assert line.due is not None
    assert line.due.earliest is not None
    return early_words(line.label, line.visit.local_day, line.due.earliest)
