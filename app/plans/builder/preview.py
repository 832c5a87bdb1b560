"""A plan before it is made: the same courses, asked the same questions, and nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.planning.answer import Due
from app.plans.health import findings, reports
from app.plans.show.table import Reader, Row, rows_of
from app.plans.words import course_name, hold_words
from app.series.facts import holds_of
from app.series.reading import Reading, read
from app.today import today_of
from models.treatment import Course, Hold, TreatmentPlan


@dataclass(frozen=True)
class Preview:
    """One course as it would be. `pauses`: what holds it from the beginning, in words, and until when; `held`: without an end."""

    reading: Reading
    name: str
    rows: list[Row]
    maintenance: Due | None
    pauses: tuple[str, ...]
    held: bool
    ends: date | None


def preview(plan: TreatmentPlan, now: datetime) -> list[Preview]:
    """Every course of a plan that is not stored, with all its windows. What holds it is laid over it from now on."""
    pauses, today = lay_over(plan, now), today_of(now)
    return [_shown(read(course, today), pauses[place], today) for place, course in enumerate(plan.courses)]


def standing(plan: TreatmentPlan, now: datetime) -> list[Preview]:
    """The same of a plan that is stored: what holds it is part of what is read."""
    today = today_of(now)
    return [_shown(read(course, today), [one for one in holds_of(course) if one.released_at is None], today) for course in plan.courses]


def _shown(reading: Reading, pauses: list[Hold], today: date) -> Preview:
    rows = rows_of(reading, Reader(today, clinical=True))
    words = tuple(dict.fromkeys(hold_words(pause, today, clinical=True) for pause in pauses))
    last = max((line.day for line in reading.lines if line.day), default=None)
    held = any(not pause.until_day for pause in pauses)
    return Preview(reading, course_name(reading.course), rows, reading.first_maintenance, words, held, last)


def lay_over(plan: TreatmentPlan, now: datetime) -> list[list[Hold]]:
    """What would hold each course. One with an end moves the dates; one without leaves them as if it ended today."""
    found = [_pauses(plan, course, now) for course in plan.courses]
    plan.holds.extend(pause for pauses in found for pause in pauses if pause.until_day)
    return found


def _pauses(plan: TreatmentPlan, course: Course, now: datetime) -> list[Hold]:
    made = []
    for finding in findings.standing(plan.patient):
        if pause := findings.pause_for(finding, course, now):
            made.append(_hold(course, pause.rule, pause.from_day or today_of(now), pause.until_day, pause.until_event))
    told = [told for told in reports.undecided(plan.patient) if reports.may_concern(told, course)]
    return [*made, *(Hold(rule=one.rule, reason="", from_day=today_of(now), report_id=one.id) for one in told)]


def _hold(course: Course, rule: str | None, first: date, last: date | None, event: str | None) -> Hold:
    return Hold(course_id=course.id, rule=rule, reason="", from_day=first, until_day=last, until_event=event)
