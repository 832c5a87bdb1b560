"""Series: how they end, which run, which are late or have fallen out of sight."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, literal_column, not_

from app.reports.asked import Asked
from app.reports.facts.treated import courses, is_finished, joined, last_of_series
from models.appointment import AppointmentSession
from models.treatment import Course, TreatmentSession

RUNNING, FINISHED, LAPSED, CLOSED = "running", "finished", "lapsed", "closed"
HIT, MISS = literal_column("1") == 1, literal_column("1") == 0


def completion(asked: Asked) -> Select[Any]:
    """Series that ended in the period; a hit: complete."""
    return joined(*_finished(asked), _closed(asked), _lapsed(asked))


def states(asked: Asked) -> Select[Any]:
    """Series that ended in the period, by how they did, and those that run now."""
    runs = courses(asked, Course.due_on, by=literal(RUNNING)).where(Course.live, not_(Course.due_step.like("M%")), not_(_is_lapsed(asked)))
    return joined(*_finished(asked), _closed(asked), _lapsed(asked), runs)


def overdue(asked: Asked) -> Select[Any]:
    """Courses whose time was over yesterday or before, whatever the period, by the day on which it ended."""
    return courses(asked, Course.due_latest).where(Course.live, Course.due_latest < asked.today)


def fell_out(asked: Asked) -> Select[Any]:
    """Courses whose window ended in the period, and that have no visit."""
    over = Course.due_latest.between(asked.first, min(asked.last, asked.today - timedelta(days=1)))
    return courses(asked, Course.due_latest).where(Course.live, Course.needs_booking, over)


def _finished(asked: Asked) -> tuple[Select[Any], Select[Any]]:
    by_session = courses(asked, TreatmentSession.performed_on, by=literal(FINISHED), hit=HIT)
    by_session = by_session.join(TreatmentSession, TreatmentSession.course_id == Course.id)
    by_session = by_session.join(AppointmentSession, AppointmentSession.session_id == TreatmentSession.id)
    performed = TreatmentSession.performed_on.between(asked.first, asked.last)
    early = courses(asked, Course.completed_early_on, by=literal(FINISHED), hit=HIT)
    return (
        by_session.where(performed, last_of_series(), Course.completed_early_on.is_(None)),
        early.where(Course.completed_early_on.between(asked.first, asked.last)),
    )


def _closed(asked: Asked) -> Select[Any]:
    rows = courses(asked, Course.ended_on, by=literal(CLOSED), hit=MISS, note=Course.ended_why)
    return rows.where(Course.ended_on.between(asked.first, asked.last), not_(is_finished()))


def _lapsed(asked: Asked) -> Select[Any]:
    series = not_(Course.due_step.like("M%"))
    rows = courses(asked, Course.due_lapsed, by=literal(LAPSED), hit=MISS)
    return rows.where(Course.live, series, Course.due_lapsed.between(asked.first, asked.past))


def _is_lapsed(asked: Asked) -> ColumnElement[bool]:
    return and_(Course.due_lapsed.is_not(None), Course.due_lapsed <= asked.today)
