"""The history people read: what was changed, from what to what, who, why. Of a plan, and of everything about one patient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.i18n import _
from app.patients import changed_words
from app.permissions import Permission
from app.plans.show import told
from app.plans.show.table import Reader
from app.plans.show.told import VisitLine
from app.plans.words import CLINICAL, OF_THE_DESK, change_words, course_name, value_words
from app.sessions import Person
from models.base import db
from models.patient import Patient
from models.patient_change import PatientChange
from models.protocol import ProtocolVersion
from models.treatment import Course, PlanChange, TreatmentPlan


@dataclass(frozen=True)
class ChangeLine:
    """One line of a history."""

    at: datetime
    who: str
    what: str
    course: str
    old: str
    new: str
    why: str
    plan_id: int | None = None


def of_plan(plan: TreatmentPlan, reader: Reader) -> list[ChangeLine]:
    """What was changed in the plan, and which of its visits were booked, moved and cancelled; the latest first.

    Of one moment the visits follow from the plan (a pause cancels them, a new plan books them), so they are the later ones.
    """
    names = {course.id: course_name(course) for course in plan.courses} if len(plan.courses) > 1 else {}
    visits = [_visits(line, names, reader) for line in told.visits_changed(plan.courses)]
    return _latest_first([*(_change(change, names, reader) for change in plan.changes), *visits])


def of_patient(patient: Patient, person: Person, reader: Reader) -> list[ChangeLine]:
    """All that this person may read of what was changed about a patient, the latest first. A fixed number of queries."""
    lines, plans = _of_record(patient, reader), _plans(patient) if person.may(Permission.SEE_PLANS) else []
    names = {course.id: course_name(course) for plan in plans for course in plan.courses}
    for plan in plans:
        whole = " + ".join(names[course.id] for course in plan.courses)
        lines += [_change(change, names, reader, whole) for change in plan.changes]
    if person.may(Permission.SEE_DAY):
        lines += [_visits(line, names, reader) for line in told.visits_of(patient.id, sessions=person.may(Permission.SEE_PLANS))]
    return _latest_first(lines)


def _latest_first(lines: Iterable[ChangeLine]) -> list[ChangeLine]:
    return sorted(lines, key=lambda line: line.at)[::-1]


def _plans(patient: Patient) -> list[TreatmentPlan]:
    protocols = selectinload(TreatmentPlan.courses).joinedload(Course.protocol_version).joinedload(ProtocolVersion.protocol)
    query = select(TreatmentPlan).where(TreatmentPlan.patient_id == patient.id).order_by(TreatmentPlan.id)
    return list(db.session.scalars(query.options(protocols, selectinload(TreatmentPlan.changes))))


def _of_record(patient: Patient, reader: Reader) -> list[ChangeLine]:
    rows = db.session.scalars(select(PatientChange).where(PatientChange.patient_id == patient.id).order_by(PatientChange.id))
    return [
        ChangeLine(row.at, _who(row.by_id, reader, by_patient=row.by_patient), changed_words.what(row), "", *changed_words.values(row), "")
        for row in rows if reader.clinical or row.what not in changed_words.CLINICAL
    ]  # fmt: skip


def _visits(line: VisitLine, names: Mapping[int, str], reader: Reader) -> ChangeLine:
    who = _who(line.by_id, reader, by_patient=line.by_patient)
    return ChangeLine(line.at, who, told.visit_words(line), names.get(line.course_id or 0, ""), line.old, line.new, line.why)


def _change(change: PlanChange, names: Mapping[int, str], reader: Reader, whole: str = "") -> ChangeLine:
    hidden = change.what in CLINICAL and not reader.clinical
    old, new = ("", "") if hidden else (value_words(change, change.old), value_words(change, change.new))
    course, why = names.get(change.course_id or 0, whole), change.why if reader.clinical or change.what in OF_THE_DESK else ""
    return ChangeLine(change.at, _who(change.by_id, reader), change_words(change), course, old, new, why, change.plan_id)


def _who(by_id: int | None, reader: Reader, *, by_patient: bool = False) -> str:
    return reader.names.get(by_id or 0, "") or (_("the patient") if by_patient else "")
