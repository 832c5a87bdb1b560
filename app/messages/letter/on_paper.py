"""What a patient takes home on paper: the dates, and the care after a visit, put together as for the mails about the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.library.care import asks_in_the_evening
from app.library.loader import shipped
from app.library.names import LANGUAGES
from app.messages.letter import about_visits, visits
from app.messages.letter.care import Aftercare
from app.messages.letter.case import Case, open_case
from app.messages.letter.phones import Phones
from app.messages.letter.reader import Reader, known_language
from app.messages.letter.visits import VisitFacts
from app.patients.reach import is_minor
from app.planning.answer import Due
from models import clock
from models.appointment import Appointment
from models.message import Message
from models.patient import Patient
from models.treatment import TreatmentPlan


@dataclass(frozen=True)
class Card:
    """Every visit to come, and the numbers to call."""

    reader: Reader
    patient: Patient
    clinic: str
    phones: Phones
    visits: Sequence[VisitFacts]


@dataclass(frozen=True)
class CareSheet:
    """Care at home after a visit. `windows`: name, when it is over (empty: asks for nothing), lines. `evening`: look at it tonight."""

    reader: Reader
    patient: Patient
    clinic: str
    phones: Phones
    day: str
    care: Aftercare
    windows: Sequence[tuple[str, str, tuple[str, ...]]]
    evening: bool
    next: VisitFacts | None


@dataclass(frozen=True)
class PlanSheet:
    """The plan as the patient takes it home. `names`: what is treated, for a reader of full mails; `waiting`: windows without a visit."""

    reader: Reader
    patient: Patient
    clinic: str
    phones: Phones
    names: Sequence[str]
    visits: Sequence[VisitFacts]
    waiting: Sequence[tuple[str, str]]


def card(patient: Patient, now: datetime) -> Card:
    """The appointment card: discreet, like every list of dates that may lie open on a table."""
    case = _case("booked", patient, patient, now)
    told = [visits.visit_facts(row, case.reader, case.readings) for row in visits.coming_visits(patient.id, now)]
    return Card(case.reader, patient, case.clinic.name, case.phones, told)


def care_sheet(visit: Appointment, now: datetime) -> CareSheet:
    """The sheet about care after a visit, as if it ended when it was planned to where nothing is recorded yet.

    It is handed to the patient, so its honesty lines name what was done.
    """
    patient = visit.patient
    case = _case("aftercare", visit, patient, now)
    if case.reader.language not in LANGUAGES:
        case = case.in_language("en")
    case = replace(case, reader=replace(case.reader, full=True))
    told = about_visits.aftercare(case)
    tonight = visit.local_day == case.today and asks_in_the_evening(about_visits.treated_in([visit]), shipped())
    return CareSheet(
        case.reader, patient, case.clinic.name, case.phones, case.reader.day(visit.local_day), told["care"],
        [(window.name, _until(window.until, visit, case.reader), window.lines) for window in told["care"].windows],
        tonight, told["next"],
    )  # fmt: skip


def plan_sheet(plan: TreatmentPlan, now: datetime, *, full: bool) -> PlanSheet:
    """The dates of a plan and the windows of what has no date yet. `full`: names what is treated, though the patient's mails do not."""
    case = _case("plan_summary", plan, plan.patient, now)
    if full or case.reader.full:
        case = (case if case.reader.language in LANGUAGES else case.in_language("en")).telling(full=True)
    told = [visits.visit_facts(row, case.reader, case.readings) for row in visits.coming_visits(plan.patient_id, now, plan.id)]
    names = [visits.course_name(course, case.reader.language) for course in plan.courses] if case.reader.full else []
    lines = [line for course in plan.courses for line in case.readings.of(course).lines if line.visit is None and line.due is not None]
    waiting = [one for line in lines if line.due is not None and (one := _window(line.due, case)) is not None]
    return PlanSheet(case.reader, plan.patient, case.clinic.name, case.phones, names, told, waiting)


def _window(due: Due, case: Case) -> tuple[str, str] | None:
    """From when, and until when where there is an end; None where a pause leaves no dates, or it is over."""
    if due.earliest is None or (due.latest is not None and due.latest < case.today):
        return None
    return case.reader.day(max(due.earliest, case.today)), case.reader.day(due.latest) if due.latest else ""


def _until(moment: datetime | None, visit: Appointment, reader: Reader) -> str:
    """Within two days to the minute; for longer spans the day is enough."""
    if moment is None:
        return ""
    there = clock.local(moment, visit.zone)
    if there.date() == visit.local_day:
        return reader.time(there.time(), visit.zone)
    day = reader.plain_day(there.date())
    return day if (there.date() - visit.local_day).days > 1 else f"{day}, {reader.time(there.time(), visit.zone)}"


def _case(kind: str, thing: Appointment | Patient | TreatmentPlan, patient: Patient, now: datetime) -> Case:
    """As for the mail about the same, but for the patient at the desk: a minor's papers are read by the guardian."""
    about = Message(kind=kind, subject_type=thing.__tablename__, subject_id=thing.id, patient_id=patient.id, facts={})
    case = open_case(about, now, lambda *_about, **_more: None, rehearsed=True)
    return case if is_minor(patient, case.today) else case.in_language(known_language(patient.language))
