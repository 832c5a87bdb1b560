"""A plan before it is made: the same courses, asked the same questions, and nothing written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.planning.answer import Due, Reason
from app.planning.durations import Duration
from app.planning.question import Basis
from app.plans import creation, findings, reports
from app.plans.creation import NewCourse, NewPlan
from app.plans.picture import Picture, picture_of
from app.plans.table import Reader, Row, rows_of
from app.plans.words import course_name, hold_words
from app.series.reading import Reading, read
from app.series.wishes import AFTER_COURSE, START
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
        readings.append(_read(course, one, readings, today))
    return [_shown(reading, pauses[place], today) for place, reading in enumerate(readings)]


def _read(course: Course, new: NewCourse, before: list[Reading], today: date) -> Reading:
    """The course as it would be, behind the step of the other course it waits for."""
    after = new.after if new.after and new.after.course < len(before) else None
    other = _day_of(before[after.course], after.step) if after else None
    if after is None or other is None or not _begin_after(course, other, after.days):
        return read(course, today)
    return _because_of(read(course, today), other, after.days)


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


def _day_of(other: Reading, step: int) -> date | None:
    return next((line.day for line in other.lines if line.label == str(step)), None)


def _begin_after(course: Course, other: date, days: int) -> bool:
    """The first session not before so many days after a day of the other course. False: it begins later anyway."""
    first = other + timedelta(days=days)
    if not course.steps or first <= course.start_day:
        return False
    course.start_day, course.steps[0].bounds = first, creation.first_bounds(first)
    return True


def _because_of(reading: Reading, other: date, days: int) -> Reading:
    """The first session's reason is the other course, not a start somebody typed."""
    line, *later = reading.lines
    if line.due is None:
        return reading
    reasons = (_after(one, other, days) if one.note == START else one for one in line.due.reasons)
    return replace(reading, lines=(replace(line, due=replace(line.due, reasons=tuple(reasons))), *later))


def _after(reason: Reason, other: date, days: int) -> Reason:
    return replace(reason, note=AFTER_COURSE, anchor=other, duration=Duration(days=days), basis=Basis.EXPECTED)
