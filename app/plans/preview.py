"""A plan before it is made: the same courses, asked the same questions, and nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.planning.answer import Due
from app.plans import creation, findings, reports
from app.plans.creation import NewPlan
from app.plans.picture import Picture, picture_of
from app.plans.table import Reader, Row, rows_of
from app.plans.words import course_name, hold_words
from app.series.reading import Reading, read
from app.today import today_of
from models.patient import Patient
from models.treatment import Course, Hold, TreatmentPlan


@dataclass(frozen=True)
class Preview:
    """One course as it would be. `pauses`: what holds it from the beginning, in words, and until when."""

    name: str
    rows: list[Row]
    picture: Picture | None
    maintenance: Due | None
    pauses: tuple[str, ...]
    ends: date | None


def preview(patient: Patient, new: NewPlan, now: datetime) -> list[Preview]:
    """Every course of the plan with all its windows. Raises Refused in words, as making it would."""
    plan, today = creation.draft(patient, new, now), today_of(now)
    pauses = _pauses(plan, now)
    readings: list[Reading] = []
    for course, one in zip(plan.courses, new.courses, strict=True):
        if one.after and one.after.course < len(readings):
            _begin_after(course, readings[one.after.course], one.after.step, one.after.days)
        readings.append(read(course, today))
    return [_shown(reading, pauses[place], today) for place, reading in enumerate(readings)]


def _shown(reading: Reading, pauses: list[Hold], today: date) -> Preview:
    rows = rows_of(reading, Reader(today, clinical=True))
    words = tuple(dict.fromkeys(hold_words(pause, today, clinical=True) for pause in pauses))
    last = max((line.day for line in reading.lines if line.day), default=None)
    return Preview(course_name(reading.course), rows, picture_of(reading, rows), reading.first_maintenance, words, last)


def _pauses(plan: TreatmentPlan, now: datetime) -> list[list[Hold]]:
    """What would hold each course. One with an end moves the dates; one without leaves them as if it ended today."""
    found = []
    for course in plan.courses:
        made = []
        for finding in findings.standing(plan.patient):
            if pause := findings.pause_for(finding, course, now):
                made.append(_hold(pause.rule, pause.from_day or today_of(now), pause.until_day, pause.until_event))
        made += [
            Hold(rule=told.rule, reason="", from_day=today_of(now), report_id=told.id)
            for told in reports.undecided(plan.patient)
            if reports.may_concern(told, course)
        ]
        found.append(made)
    _lay_over(plan, found)
    return found


def _hold(rule: str | None, first: date, last: date | None, event: str | None) -> Hold:
    return Hold(rule=rule, reason="", from_day=first, until_day=last, until_event=event)


def _lay_over(plan: TreatmentPlan, found: list[list[Hold]]) -> None:
    """Only what holds every course alike can be laid over a plan that is not stored; the rest is told in words."""
    for pause in found[0] if found else []:
        alike = all(any((p.rule, p.until_day) == (pause.rule, pause.until_day) for p in pauses) for pauses in found)
        if alike and pause.until_day:
            plan.holds.append(_hold(pause.rule, pause.from_day, pause.until_day, None))


def _begin_after(course: Course, other: Reading, step: int, days: int) -> None:
    """The first session not before so many days after a step of the other course."""
    day = next((line.day for line in other.lines if line.label == str(step)), None)
    if day is None or not course.steps:
        return
    first = day + timedelta(days=days)
    if first > course.start_day:
        course.start_day, course.steps[0].bounds = first, creation.first_bounds(first)
