"""A patient as one line of a list: who, where each course stands, the next visit and the last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ScalarSelect, case, func, literal, select, union

from app.i18n import named
from app.permissions import Permission
from app.phones import last_digits
from app.sessions import person
from app.today import today_of
from models.appointment import COMING, Appointment, AppointmentSession, Outcome, VisitState
from models.base import UtcDateTime, db
from models.complication import Complication, ComplicationState
from models.patient import Patient
from models.protocol import Protocol, ProtocolVersion
from models.treatment import Course, CourseStep, Hold, PlanState, TreatmentPlan, TreatmentSession


@dataclass(frozen=True)
class CourseLine:
    """Where a course stands, from its cached conclusion. `step`: the next session, "2" or "M1"; None: nothing is due."""

    id: int
    plan_id: int
    plan_state: PlanState
    names: dict[str, str]
    step: str | None
    of: int
    due_earliest: date | None
    due_on: date | None
    due_latest: date | None
    needs_booking: bool
    over: bool
    booked_on: date | None
    agreed: int | None = None
    agreed_used: int | None = None

    @property
    def name(self) -> str:
        """The protocol's name in the page's language."""
        return named(self.names)

    @property
    def in_maintenance(self) -> bool:
        return self.step is not None and self.step.startswith("M")

    def overdue(self, today: date) -> bool:
        """The last good day has passed and nothing is booked."""
        return self.needs_booking and self.due_latest is not None and self.due_latest < today

    @property
    def overdue_from(self) -> date | None:
        """The day after the last good one."""
        return self.due_latest + timedelta(days=1) if self.due_latest else None


@dataclass
class Row:
    """A patient in a list. `held`: a plan or a course is paused; `complication`: one is open; `no_mail`: there is no e-mail address."""

    id: int
    name: str
    birth_date: date | None
    phone_end: str
    deceased: bool
    no_mail: bool
    held: bool = False
    complication: bool = False
    courses: list[CourseLine] = field(default_factory=list)
    next_visit: datetime | None = None
    last_visit: datetime | None = None


def rows_of(patients: Sequence[Patient], now: datetime) -> list[Row]:
    """The lines of these patients, in their order: three more queries, however many there are."""
    rows = {p.id: Row(p.id, p.name, p.birth_date, last_digits(p.phone), p.deceased_on is not None, not p.email) for p in patients}
    if rows:
        add_visits(rows, now)
    if rows and may_see_plans():
        _add_flags(rows, today_of(now))
        for patient_id, line in course_lines(rows, only_running=True):
            rows[patient_id].courses.append(line)
    return list(rows.values())


def may_see_plans() -> bool:
    """What somebody is treated with is not for everyone who may see the telephone number."""
    who = person()
    return who is None or who.may(Permission.SEE_PLANS)


def course_lines(patient_ids: Iterable[int], *, only_running: bool = False) -> list[tuple[int, CourseLine]]:
    """Every course of these patients with its patient's id, the newest plan first."""
    steps = select(func.count()).where(CourseStep.course_id == Course.id).scalar_subquery()
    lines = (
        select(TreatmentPlan.patient_id, Course.id, TreatmentPlan.id, TreatmentPlan.state, Protocol.names, Course.due_step, steps,
               Course.due_earliest, Course.due_on, Course.due_latest, Course.needs_booking, Course.ended_on.is_not(None), booked_day(),
               Course.agreed_sessions, Course.agreed_used)
        .join(Course, Course.plan_id == TreatmentPlan.id)
        .join(ProtocolVersion, ProtocolVersion.id == Course.version_id)
        .join(Protocol, Protocol.id == ProtocolVersion.protocol_id)
        .where(TreatmentPlan.patient_id.in_(patient_ids)).order_by(TreatmentPlan.id.desc(), Course.id)
    )  # fmt: skip
    if only_running:
        lines = lines.where(TreatmentPlan.state != PlanState.CLOSED, Course.ended_on.is_(None))
    return [(patient_id, CourseLine(*values)) for patient_id, *values in db.session.execute(lines)]


def _add_flags(rows: Mapping[int, Row], today: date) -> None:
    """What whoever telephones or books should know first."""
    held = (
        select(TreatmentPlan.patient_id, literal("held")).join(Hold, Hold.plan_id == TreatmentPlan.id)
        .where(TreatmentPlan.patient_id.in_(rows), TreatmentPlan.state != PlanState.CLOSED)
        .where(Hold.released_at.is_(None), Hold.from_day <= today)
    )  # fmt: skip
    followed = select(Complication.patient_id, literal("complication")).where(
        Complication.patient_id.in_(rows), Complication.state == ComplicationState.OPEN
    )
    for patient_id, flag in db.session.execute(union(held, followed)):
        setattr(rows[patient_id], flag, True)


def booked_day() -> ScalarSelect[date]:
    """The day of a course's next visit that is booked."""
    return (
        select(func.min(Appointment.local_day))
        .join(AppointmentSession, AppointmentSession.appointment_id == Appointment.id)
        .join(TreatmentSession, TreatmentSession.id == AppointmentSession.session_id)
        .where(TreatmentSession.course_id == Course.id, AppointmentSession.outcome == Outcome.PLANNED)
        .scalar_subquery()
    )


def add_visits(rows: dict[int, Row], now: datetime) -> None:
    """The next visit that is booked, and the last that took place."""
    coming = case((Appointment.state.in_(COMING) & (Appointment.starts_at >= now), Appointment.starts_at))
    done = case((Appointment.state == VisitState.DONE, Appointment.starts_at))
    visits = (
        select(Appointment.patient_id, func.min(coming, type_=UtcDateTime()), func.max(done, type_=UtcDateTime()))
        .where(Appointment.patient_id.in_(rows)).group_by(Appointment.patient_id)
    )  # fmt: skip
    for patient_id, next_visit, last_visit in db.session.execute(visits):
        rows[patient_id].next_visit, rows[patient_id].last_visit = next_visit, last_visit
