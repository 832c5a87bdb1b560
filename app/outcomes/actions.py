"""Writing outcomes down, and striking one out. Callers open the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.outcomes import queries
from app.outcomes.due import due_after
from app.today import today_of
from models.base import db
from models.outcome import CourseOutcome, Measure
from models.task import TaskKind
from models.treatment import Course


def write_down(course: Course, session_id: int | None, day: date, values: Mapping[Measure, float], now: datetime) -> None:
    """One row for each value. Once nothing more is due, the worklist asks no more."""
    for measure, value in values.items():
        made = CourseOutcome(
            course=course, session_id=session_id, measure=measure, value=value, measured_on=day, recorded_at=now,
            recorded_by_id=history.who(),
        )  # fmt: skip
        db.session.add(made)
        history.record("outcome written down", made, now, fields=[measure.value])
    db.session.flush()
    if not due_after(course, today_of(now), queries.of_courses([course.id])):
        tasks.close(TaskKind.OUTCOME_DUE, course, now, "written_down")


def strike_out(found: CourseOutcome, why: str, now: datetime) -> None:
    """It was wrong: the row stays, with who struck it out and why. Raises Refused where somebody did already."""
    if found.voided_at is not None:
        raise Refused(_("This value is struck out already."))
    found.voided_at, found.voided_by_id, found.voided_why = now, history.who(), why
    history.record("outcome struck out", found, now, fields=[found.measure.value], reason=why)
