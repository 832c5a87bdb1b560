"""Outcomes of courses, and one line per measure with its course drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import abort
from sqlalchemy import select

from app.outcomes.values import SCALES, measure_words, value_words
from app.patients.queries import patient_or_404
from models.base import db
from models.outcome import CourseOutcome, Measure
from models.treatment import Course

WIDE, HIGH, EDGE = 120, 28, 3


@dataclass(frozen=True)
class Trend:
    """A measure of a course: the first value that stands, the latest, and the points of its line."""

    measure: Measure
    first: CourseOutcome
    latest: CourseOutcome
    points: tuple[tuple[float, float], ...]

    @property
    def name(self) -> str:
        return measure_words(self.measure)

    @property
    def values(self) -> tuple[str, str]:
        """The first and the latest, in words."""
        return value_words(self.first.value), value_words(self.latest.value)


def course_or_404(course_id: int) -> Course:
    """A course whose patient is still on record."""
    course = db.session.get(Course, course_id) or abort(404)
    patient_or_404(course.plan.patient_id)
    return course


def outcome_or_404(outcome_id: int) -> CourseOutcome:
    """One outcome, of a patient still on record."""
    found = db.session.get(CourseOutcome, outcome_id) or abort(404)
    course_or_404(found.course_id)
    return found


def of_courses(course_ids: Iterable[int]) -> Sequence[CourseOutcome]:
    """All of them, also those struck out, in the order of their days."""
    query = select(CourseOutcome).where(CourseOutcome.course_id.in_(course_ids))
    return db.session.scalars(query.order_by(CourseOutcome.measured_on, CourseOutcome.id)).all()


def trends(outcomes: Iterable[CourseOutcome]) -> list[Trend]:
    """One for each measure that has a value which stands."""
    standing: dict[Measure, list[CourseOutcome]] = {measure: [] for measure in Measure}
    for one in outcomes:
        if one.voided_at is None:
            standing[one.measure].append(one)
    return [Trend(measure, found[0], found[-1], _points(measure, found)) for measure, found in standing.items() if found]


def _points(measure: Measure, found: list[CourseOutcome]) -> tuple[tuple[float, float], ...]:
    """Days to the right, more on top; scales of ten at most are drawn whole."""
    scale = SCALES[measure]
    values = [one.value for one in found]
    low, high = (scale.least, scale.most) if scale.most <= 10 else (min(values), max(values))
    days = (found[-1].measured_on - found[0].measured_on).days
    return tuple(
        (_between((one.measured_on - found[0].measured_on).days, days, WIDE), HIGH - _between(one.value - low, high - low, HIGH))
        for one in found
    )


def _between(part: float, whole: float, size: int) -> float:
    return round(EDGE + (size - 2 * EDGE) * (part / whole if whole else 0.5), 1)
