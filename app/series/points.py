"""The points at which a protocol wants to see how a course stands, by photo and by measure: before sessions, and days after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from app.series.contents import content
from models.treatment import Course, SessionState, TreatmentSession

EARLY, LATE = timedelta(days=7), timedelta(days=60)
"""A point some days after a session is due from a week before its day until sixty days after it."""
AHEAD = (SessionState.PROPOSED, SessionState.BOOKED, SessionState.MISSED)


class Point(NamedTuple):
    """So many days after a session, on this day."""

    session: TreatmentSession
    day: date
    days: int


def asks_before(course: Course, label: str) -> bool:
    """Whether there is a point before the session called `label`."""
    return any(one.at == "before_each" or (one.at == "before_session" and str(one.n) == label) for one in content(course).photos)


def due_after(course: Course, today: date) -> Iterator[Point]:
    """The points after the latest session that are due; those after the last of a series only once it is over."""
    done = [(one.performed_on, one) for one in course.sessions if one.state is SessionState.DONE and one.performed_on]
    over = not any(one.state in AHEAD for one in course.sessions)
    if not done:
        return
    performed_on, session = sorted(done, key=lambda pair: pair[0])[-1]
    for one in content(course).photos:
        day = performed_on + timedelta(days=one.n or 0)
        if one.at == "after_days" and (over or one.of != "last") and day - EARLY <= today <= day + LATE:
            yield Point(session, day, one.n or 0)
