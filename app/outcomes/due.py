"""Which outcomes the protocols ask for and nobody has written down yet. They ask at the points of their photos."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.series import points
from app.series.contents import content
from models.outcome import CourseOutcome, Measure
from models.treatment import Course, SessionState

COMPARING = (Measure.GAIS_PHYSICIAN, Measure.GAIS_PATIENT)
"""They compare with how it was before; before the first session there is nothing to say."""


def measures_of(course: Course) -> list[Measure]:
    """What its protocol measures."""
    return [Measure(key) for key in content(course).measures]


def due_before(course: Course, label: str, day: date, known: Iterable[CourseOutcome]) -> list[Measure]:
    """Due before the session called `label` on that day."""
    if not points.asks_before(course, label):
        return []
    first = not any(one.state is SessionState.DONE for one in course.sessions)
    wanted = [one for one in measures_of(course) if not (first and one in COMPARING)]
    return _missing(wanted, course, day, day, known)


def due_after(course: Course, today: date, known: Iterable[CourseOutcome]) -> list[Measure]:
    """Due some days after the latest session."""
    point = next(points.due_after(course, today), None)
    return _missing(measures_of(course), course, point.day - points.EARLY, today, known) if point else []


def _missing(wanted: list[Measure], course: Course, since: date, until: date, known: Iterable[CourseOutcome]) -> list[Measure]:
    there = {
        one.measure for one in known if one.course_id == course.id and one.voided_at is None and since <= one.measured_on <= until
    }
    return [one for one in wanted if one not in there]
