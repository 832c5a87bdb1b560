"""What the pages of plans read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from flask import abort
from sqlalchemy import or_, select

from app.patients import queries as patients
from app.permissions import Permission, allowed
from models.appointment import COMING, Appointment, AppointmentSession, Outcome
from models.base import Base, db
from models.patient import Evaluation, Finding, PatientReport
from models.product import Lot, LotUse
from models.staff import StaffMember
from models.treatment import Course, Hold, TreatmentPlan, TreatmentSession

Row = TypeVar("Row", bound=Base)


def found_or_404(kind: type[Row], key: int) -> Row:
    """The row of a page, or the page that says there is none."""
    return db.session.get(kind, key) or abort(404)


def plan_or_404(plan_id: int) -> TreatmentPlan:
    """A plan whose patient is still on record."""
    plan = found_or_404(TreatmentPlan, plan_id)
    patients.patient_or_404(plan.patient_id)
    return plan


def course_or_404(course_id: int) -> Course:
    course = found_or_404(Course, course_id)
    plan_or_404(course.plan_id)
    return course


def hold_or_404(hold_id: int) -> Hold:
    return found_or_404(Hold, hold_id)


def report_or_404(report_id: int) -> PatientReport:
    return found_or_404(PatientReport, report_id)


def finding_or_404(finding_id: int) -> Finding:
    return found_or_404(Finding, finding_id)


def evaluation_or_404(evaluation_id: int) -> Evaluation:
    return found_or_404(Evaluation, evaluation_id)


def coming_visits(plan: TreatmentPlan, now: datetime) -> Sequence[Appointment]:
    """The visits of this plan that are still to come, the next one first; also one that another plan shares."""
    links = select(AppointmentSession.appointment_id).join(AppointmentSession.session).join(TreatmentSession.course)
    mine = links.where(Course.plan_id == plan.id, AppointmentSession.outcome == Outcome.PLANNED)
    query = select(Appointment).where(or_(Appointment.plan_id == plan.id, Appointment.id.in_(mine)))
    coming = (Appointment.state.in_(COMING), Appointment.starts_at > now)
    return db.session.scalars(query.where(*coming).order_by(Appointment.starts_at, Appointment.id)).all()


def session_or_404(session_id: int) -> TreatmentSession:
    return found_or_404(TreatmentSession, session_id)



def people_to_choose() -> list[tuple[str, str]]:
    """People in use who may perform treatments, by name, as a form offers them."""
    people = db.session.scalars(select(StaffMember).where(StaffMember.active).order_by(StaffMember.name))
    return [(str(member.id), member.name) for member in people if Permission.RECORD_SESSIONS in allowed(member.roles)]


def lots_of(courses: Iterable[Course]) -> dict[int, list[str]]:
    """Session id → the numbers of the lots that went into it."""
    ids = [course.id for course in courses]
    used = (
        select(TreatmentSession.id, Lot.number)
        .join(LotUse.lot)
        .join(TreatmentSession, TreatmentSession.id == LotUse.session_id)
        .where(TreatmentSession.course_id.in_(ids), LotUse.voided_at.is_(None))
        .order_by(LotUse.id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for session_id, number in db.session.execute(used):
        found[session_id].append(number)
    return found
