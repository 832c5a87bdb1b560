"""After a pause: a visit that stayed booked behind it takes the number that is its turn now (docs/rules.md, Holds)."""

from __future__ import annotations

from datetime import datetime

from app import history
from app.planning.forecast import forecast
from app.planning.renumber import Renumbered, renumbered
from app.series.facts import open_sessions, question_of
from app.series.reading import review_points_of
from app.today import today_of
from models.base import db
from models.treatment import Course, Hold, TreatmentSession

RENUMBERED = "renumbered"


def follow_visits(held: Hold, now: datetime) -> None:
    """Numbers follow the visits in every course that this hold covered. Called when it has ended; whoever calls settles."""
    db.session.flush()
    for course in held.plan.courses:
        if held.course_id in (None, course.id) and course.ended_on is None:
            _follow(course, now)


def _follow(course: Course, now: datetime) -> None:
    question = question_of(course, today_of(now))
    own = {step.n for step in course.steps if step.bounds}
    changes = renumbered(question, own, review_points_of(course))
    if not changes:
        return
    _number_anew(course, _in_order(open_sessions(course), changes, forecast(question).satisfied))
    for one in changes:
        history.plan_changed(course.plan, RENUMBERED, now, old=str(one.old), new=str(one.new), course=course)
    history.record(RENUMBERED, course, now, fields=["sessions"])


def _in_order(rows: list[TreatmentSession], changes: tuple[Renumbered, ...], satisfied: int) -> list[TreatmentSession]:
    """The open rows as they follow each other after the changes."""
    ordered = list(rows)
    for one in changes:
        ordered.insert(one.new - satisfied - 1, ordered.pop(one.old - satisfied - 1))
    return ordered


def _number_anew(course: Course, ordered: list[TreatmentSession]) -> None:
    """The rows change their numbers and nothing else, so that each keeps its visit, its past, and what was allowed for it."""
    numbers = sorted(row.n for row in ordered)
    moved = [(row, n) for row, n in zip(ordered, numbers, strict=True) if row.n != n]
    for row, n in moved:
        row.n = -n  # no two rows of a course have one number, not even for a moment
    db.session.flush()
    for row, n in moved:
        row.n = n
    db.session.flush()
    db.session.expire(course, ["sessions"])
