"""Whether a physician's evaluation stands behind a session on its day, or its visit has to begin with one.

Source: docs/rules.md. The first session needs a signed evaluation that is valid on the day. Inside a running course it
does not expire while sessions stay inside their windows; a maintenance session needs a valid one, a lapsed course one that
was signed since its window ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.i18n import _
from app.series.contents import content
from models.appointment import COMING, Appointment, VisitKind, VisitState
from models.base import db
from models.patient import Patient, Suitability
from models.treatment import Course, PlanState, SessionKind

GIVES_ONE = (VisitKind.CONSULTATION, VisitKind.EVALUATION_AND_TREATMENT)


@dataclass(frozen=True)
class Signed:
    """A signed evaluation: its day, the last day it is valid on, and whether it speaks for treatment."""

    id: int
    day: date
    valid_until: date
    suitable: bool

    def allows(self, day: date) -> bool:
        """Whether treatment on this day may begin on it."""
        return self.suitable and day <= self.valid_until


@dataclass(frozen=True)
class Stand:
    """A session in its course. `label`: "1", "M1", or empty where it is not known."""

    course: Course
    label: str
    kind: SessionKind


@dataclass(frozen=True)
class Beginning:
    """How a visit begins. `tentative`: it stands only once the physician has signed."""

    kind: VisitKind
    tentative: bool

    @property
    def words(self) -> str:
        """What to tell whoever books; empty where nothing is unusual."""
        if self.kind is VisitKind.EVALUATION_AND_TREATMENT:
            return _("No evaluation is valid on that day: the visit begins with it, and treatment follows if suitable.")
        return _("The place is reserved until the physician has signed the evaluation.") if self.tentative else ""


def signed_by(patient: Patient) -> list[Signed]:
    """The patient's signed evaluations, oldest first."""
    return [Signed(e.id, e.day, e.valid_until, e.suitability is not Suitability.NOT_NOW) for e in patient.evaluations if e.signed_at]


def newest(signed: Sequence[Signed], day: date) -> Signed | None:
    """The last one up to a day, of one day's the last one made; it alone decides, so a "not now" ends what an older one allowed."""
    return max((one for one in signed if one.day <= day), key=lambda one: (one.day, one.id), default=None)


def covers(stand: Stand, day: date, signed: Sequence[Signed]) -> bool:
    """Whether treatment of this session may rest on an evaluation that is there."""
    if not content(stand.course).evaluation_required:
        return True
    last = newest(signed, day)
    if last is None or not last.suitable:
        return False
    if _lapsed(stand, day):
        return last.allows(day) and last.day > _window_end(stand)
    return last.allows(day) or (stand.kind is SessionKind.SERIES and not is_first(stand))


def is_first(stand: Stand) -> bool:
    """The first session of its course."""
    return (stand.label or stand.course.due_step or "1") == "1"


def beginning(
    patient: Patient, kind: VisitKind, stands: Sequence[Stand], day: date, starts_at: datetime, *, except_visit: int | None = None
) -> Beginning:
    """The kind a visit with these sessions really has on that day, and whether it is only reserved."""
    if kind is not VisitKind.TREATMENT:
        return Beginning(kind, kind is VisitKind.EVALUATION_AND_TREATMENT)
    signed = signed_by(patient)
    open_ones = [stand for stand in stands if not covers(stand, day, signed)]
    draft = any(stand.course.plan.state is PlanState.DRAFT for stand in stands)
    if not open_ones:
        return Beginning(kind, draft)
    behind = all(not is_first(stand) and stand.kind is SessionKind.SERIES and not _lapsed(stand, day) for stand in open_ones)
    if behind or _evaluated_before(patient, starts_at, except_visit):
        return Beginning(kind, True)
    return Beginning(VisitKind.EVALUATION_AND_TREATMENT, True)


def _lapsed(stand: Stand, day: date) -> bool:
    """Later than the lapse policy lets a course go on by itself; only the next session can tell."""
    course = stand.course
    if course.lapse_days is None or course.due_latest is None or stand.label not in ("", course.due_step):
        return False
    return day > course.due_latest + timedelta(days=course.lapse_days)


def _window_end(stand: Stand) -> date:
    return stand.course.due_latest or date.max


def _evaluated_before(patient: Patient, starts_at: datetime, except_visit: int | None) -> bool:
    """A visit that gives an evaluation comes before this one."""
    coming = select(Appointment.id).where(
        Appointment.patient_id == patient.id, Appointment.kind.in_(GIVES_ONE), Appointment.starts_at < starts_at,
        Appointment.state.in_((*COMING, VisitState.ARRIVED, VisitState.IN_TREATMENT)), Appointment.id != (except_visit or 0),
    )  # fmt: skip
    return db.session.scalar(coming.limit(1)) is not None
