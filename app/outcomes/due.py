"""Which outcomes the protocols ask for and nobody has written down yet. They ask at the points of their photos."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from app.series.contents import content
from models.outcome import CourseOutcome, Measure
from models.treatment import Course, SessionState

EARLY, LATE = timedelta(days=7), timedelta(days=60)
COMPARING = (Measure.GAIS_PHYSICIAN, Measure.GAIS_PATIENT)
"""They compare with how it was before; before the first session there is nothing to say."""


def measures_of(course: Course) -> list[Measure]:
    """What its protocol measures."""
    return [Measure(key) for key in content(course).measures]


def due_before(course: Course, label: str, day: date, known: Iterable[CourseOutcome]) -> list[Measure]:
    """Due before the session called `label` on that day."""
    if not any(point.at == "before_each" or (point.at == "before_session" and str(point.n) == label) for point in content(course).photos):
        return []
    first = not any(one.state is SessionState.DONE for one in course.sessions)
    wanted = [one for one in measures_of(course) if not (first and one in COMPARING)]
    return _missing(wanted, course, day, day, known)


def due_after(course: Course, today: date, known: Iterable[CourseOutcome]) -> list[Measure]:
    """Due some days after the last session: from a week before that day until 60 days after it."""
    done = [one.performed_on for one in course.sessions if one.performed_on]
    over = not any(one.state in (SessionState.PROPOSED, SessionState.BOOKED, SessionState.MISSED) for one in course.sessions)
    for point in content(course).photos:
        if point.at == "after_days" and done and (over or point.of != "last"):
            day = max(done) + timedelta(days=point.n or 0)
            if day - EARLY <= today <= day + LATE:
                return _missing(measures_of(course), course, day - EARLY, today, known)
    return []


def _missing(wanted: list[Measure], course: Course, since: date, until: date, known: Iterable[CourseOutcome]) -> list[Measure]:
    there = {
        one.measure for one in known if one.course_id == course.id and one.voided_at is None and since <= one.measured_on <= until
    }
    return [one for one in wanted if one not in there]
