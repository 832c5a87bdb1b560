"""When a plan is wished to happen: its start, a stay in town, its place beside other courses. These move dates, never verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from app.planning.answer import Because, Due
from app.planning.forecast import forecast
from app.planning.question import Conflict, Question, Step
from app.planning.resources import Span
from app.planning.visit import Wishes
from models.treatment import Course, TreatmentPlan

# What a conflict rests on that is not another treatment on the area (app/series/words has the sentences).
START: Final = "start"
ARRIVAL: Final = "arrival"
AFTER_COURSE: Final = "after course"
KEPT_APART: Final = "kept apart"
# What a bound of a step rests on: the stay that ends. Any other is the first session's, and follows the start of the series.
STAY_END: Final = "stay end"


class Stay(NamedTuple):
    """The days a patient from elsewhere is in town; None: not limited."""

    first: date | None
    last: date | None


def stay_of(plan: TreatmentPlan) -> Stay:
    """The stay the plan knows of."""
    said = plan.preferences or {}
    return Stay(*(date.fromisoformat(said[name]) if said.get(name) else None for name in ("stay_from", "stay_to")))


def wishes_of(plan: TreatmentPlan) -> Wishes:
    """What the plan says about practitioner, weekdays (Monday 0), hours ("13:00"–"16:00") and a stay in town (ISO days)."""
    said, stay = plan.preferences or {}, stay_of(plan)
    return Wishes(
        practitioner=plan.preferred_staff_id, weekdays=frozenset(int(day) for day in said.get("weekdays", ())),
        hours=tuple(_span(begin, until) for begin, until in said.get("hours", ())), stay_from=stay.first, stay_to=stay.last,
    )  # fmt: skip


def _span(begin: str, until: str) -> Span:
    low, high = (int(text[:2]) * 60 + int(text[3:5]) for text in (begin, until))
    return low, high


def wished_start(course: Course, today: date) -> list[Conflict]:
    """A series set to begin on a later day is not begun before it without a physician."""
    return [Conflict(course.start_day, 0, START)] if course.start_day > today else []


def arrival(stay: Stay, today: date) -> list[Conflict]:
    """Nothing before the patient has come to town."""
    return [Conflict(stay.first, 0, ARRIVAL)] if stay.first and stay.first > today else []


def later_end(steps: tuple[Step, ...], start: date, asked: Iterable[Conflict]) -> tuple[Step, ...]:
    """The end set for the first session moves with a beginning that comes later than the start, so that it stays as long."""
    first = max([start, *(one.day + timedelta(days=one.min_days) for one in asked)])
    bounds = steps[0].bounds
    if bounds.latest is None or first <= start:
        return steps
    return (Step(steps[0].gaps, replace(bounds, latest=bounds.latest + (first - start))), *steps[1:])


def until_the_stay_ends(question: Question, stay: Stay) -> Question:
    """Every session that can still be had in the stay is wished within it; what cannot keeps its own window."""
    if stay.last is None or stay.last < question.today:
        return question
    answer, steps = forecast(question), list(question.steps)
    for due in answer.dues:
        if not due.maintenance and due.earliest and due.earliest <= stay.last:
            bounds = steps[due.step - 1].bounds
            steps[due.step - 1] = Step(steps[due.step - 1].gaps, replace(bounds, latest=min(bounds.latest or stay.last, stay.last)))
    return replace(question, steps=tuple(steps))


def told(due: Due, stay: Stay) -> Due:
    """The dates with their bounds' origin: an end on the day the patient leaves was set by the stay."""
    ends = stay.last is not None and any(one.because is Because.BOUND and one.day == stay.last for one in due.reasons)
    if not ends:
        return due
    reasons = (replace(one, note=STAY_END) if one.because is Because.BOUND and one.day == stay.last else one for one in due.reasons)
    return replace(due, reasons=tuple(reasons))


def beyond(stay: Stay, earliest: date | None, today: date) -> bool:
    """Whether a session cannot be had any more before the patient leaves."""
    return stay.last is not None and stay.last >= today and earliest is not None and earliest > stay.last
