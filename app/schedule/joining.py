"""Several courses in one visit: the order in which they are done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.library.loader import shipped
from app.planning import acts
from app.planning.acts import Done
from app.series.contents import content
from models.treatment import Course, TreatmentSession


def in_order(courses: Sequence[Course]) -> list[Course]:
    """The courses in their same-day order; as given where there is none (the check of acts then says why)."""
    if len(courses) < 2:
        return list(courses)
    asked = [Done(content(course).acts, course.area, date.min, course.id, None, place) for place, course in enumerate(courses)]
    ordered = acts.in_same_day_order(shipped().act_rules, asked)
    return [courses[int(str(one.source))] for one in ordered] if ordered else list(courses)


def sessions_in_order(sessions: Sequence[TreatmentSession]) -> list[TreatmentSession]:
    """The sessions of a visit in the order in which they are done."""
    place = {course.id: n for n, course in enumerate(in_order([session.course for session in sessions]))}
    return sorted(sessions, key=lambda session: place[session.course_id])
