"""Outcomes that a protocol wants some days after a session stand on the worklist of whoever treats. Asked again, it adds nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, joinedload

from app import tasks
from app.outcomes import queries
from app.outcomes.due import due_after
from app.series import points
from app.series.contents import content_of
from app.today import today_of
from models.base import db
from models.protocol import ProtocolVersion
from models.staff import Role
from models.task import StaffTask, TaskKind
from models.treatment import Course, TreatmentPlan, TreatmentSession

LOOKED_BACK = timedelta(days=7)
"""A clinic that was closed for some days still asks for what became due meanwhile."""
_LATER = aliased(TreatmentSession)
_LATEST = (
    select(Course, TreatmentSession.performed_on)
    .join(TreatmentSession.course)
    .where(~exists().where(_LATER.course_id == Course.id, _LATER.performed_on > TreatmentSession.performed_on))
    .options(joinedload(Course.plan).joinedload(TreatmentPlan.patient))
    .order_by(Course.id)
)
"""Courses, each with the day of its latest session; found by that day, however many sessions there ever were."""


def ask_for_outcomes(now: datetime) -> int:
    """A line for each course of which something is due to be measured, from its day on."""
    today, made = today_of(now), 0
    for course, day in _at_a_point(today):
        patient = course.plan.patient
        if patient.alive_here and not _was_asked(course, now) and due_after(course, today, queries.of_courses([course.id])):
            until = {"until": (now + points.LATE).isoformat()}
            made += tasks.ask(TaskKind.OUTCOME_DUE, course, now, patient_id=patient.id, due_on=day, role=Role.PRACTITIONER,
                              facts=until) is not None  # fmt: skip
    return made


def _at_a_point(today: date) -> Iterator[tuple[Course, date]]:
    """Courses whose latest session lies as many days back as their protocol waits, with the day of that point."""
    for version in db.session.scalars(select(ProtocolVersion).order_by(ProtocolVersion.id)):
        said = content_of(version)
        for days in {one.n or 0 for one in said.photos if one.at == "after_days"} if said.measures else ():
            last = today - timedelta(days=days)
            found = _LATEST.where(Course.version_id == version.id, TreatmentSession.performed_on.between(last - LOOKED_BACK, last))
            yield from ((course, day + timedelta(days=days)) for course, day in db.session.execute(found) if day)


def _was_asked(course: Course, now: datetime) -> bool:
    """For this point: a line of the last days, whatever became of it."""
    mine = StaffTask.kind == TaskKind.OUTCOME_DUE, StaffTask.subject_type == Course.__tablename__, StaffTask.subject_id == course.id
    return db.session.scalar(select(StaffTask.id).where(*mine, StaffTask.made_at >= now - 2 * LOOKED_BACK).limit(1)) is not None
