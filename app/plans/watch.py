"""What a person must do about a plan because a moment has come. Each may be asked again and adds nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from app import tasks
from app.messages import call_lines
from app.plans.life import visits_of
from app.today import today_of
from models.appointment import COMING, Appointment, AppointmentSession
from models.base import db
from models.patient import PatientReport
from models.task import TaskKind
from models.treatment import Course, Hold, PlanState, TreatmentPlan, TreatmentSession

UNDECIDED_BEFORE = timedelta(hours=4)
UNDECIDED_AFTER = timedelta(minutes=30)
DRAFT_WAITS = timedelta(days=7)


def call_where_nobody_decided(now: datetime) -> int:
    """Four hours before a visit that an undecided report pauses, or 30 minutes after a later report, the patient is called."""
    made = 0
    paused = and_(Hold.plan_id == Course.plan_id, or_(Hold.course_id.is_(None), Hold.course_id == Course.id), Hold.released_at.is_(None))
    query = select(PatientReport, func.min(Appointment.starts_at)).join(Hold, Hold.report_id == PatientReport.id).join(Course, paused)
    query = query.join(TreatmentSession, TreatmentSession.course_id == Course.id)
    query = query.join(AppointmentSession, AppointmentSession.session_id == TreatmentSession.id)
    query = query.join(Appointment, Appointment.id == AppointmentSession.appointment_id).where(
        PatientReport.decided_at.is_(None), Appointment.state.in_(COMING), Appointment.starts_at.between(now, now + UNDECIDED_BEFORE)
    )
    for told, starts_at in db.session.execute(query.group_by(PatientReport.id)):
        if told.at + UNDECIDED_AFTER <= now and not tasks.was_asked(TaskKind.CALL_UNDECIDED, told):
            until = {"until": starts_at.isoformat()}
            made += call_lines.ask(TaskKind.CALL_UNDECIDED, told, now, patient_id=told.patient_id, facts=until) is not None
    return made


def ask_for_drafts(now: datetime) -> int:
    """A draft of a week ago that nobody has begun and that has no coming visit is the physician's to begin or to close."""
    made = 0
    drafts = select(TreatmentPlan).where(TreatmentPlan.state == PlanState.DRAFT, TreatmentPlan.made_at <= now - DRAFT_WAITS)
    for plan in db.session.scalars(drafts.order_by(TreatmentPlan.id)):
        if not visits_of(plan.courses):
            made += tasks.ask(TaskKind.PLAN_WAITING, plan, now, patient_id=plan.patient_id, due_on=today_of(now)) is not None
    return made
