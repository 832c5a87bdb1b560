"""Finding patients: by any part of a name in any order, digits of the telephone, the birth date. Few queries, all by index."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import load_only

from app.errors import Refused
from app.i18n import _
from app.patients import terms
from app.patients.rows import Row, rows_of
from app.patients.terms import Asked
from app.today import today_of
from models.appointment import Appointment
from models.base import db
from models.clinic import Clinic
from models.patient import Evaluation, Patient, PatientTerm
from models.treatment import TreatmentPlan

PAGE = 25
_NAMES = ("patient_id", "patient")  # by which an address names somebody
ALMOST = 5  # how many people are shown when nobody fits
LIST_COLUMNS = (
    Patient.id, Patient.first_name, Patient.last_name, Patient.birth_date, Patient.phone, Patient.email, Patient.deceased_on,
    Patient.channel,
)  # fmt: skip


def patient_or_404(patient_id: int) -> Patient:
    """The patient of a page. One that was joined with another leads to that one; one that was erased is no longer there.

    Raises Refused where something was sent about a record that has been joined meanwhile.
    """
    there = db.session.get(Patient, patient_id)
    patient = as_of_today(there) if there is not None else None
    if patient is None:
        abort(404)
    if patient is not there:
        _lead_to(patient, patient_id)
    return patient


def as_of_today(patient: Patient) -> Patient | None:
    """The record that this one was joined with, or itself; None for one that is erased."""
    for _step in range(10):
        if patient.merged_into_id is None:
            return patient if patient.erased_at is None else None
        patient = db.session.get_one(Patient, patient.merged_into_id)
    return None


def _lead_to(kept: Patient, old_id: int) -> None:
    """The same page about the record that was kept."""
    if request.method not in ("GET", "HEAD"):
        raise Refused(_("This record was joined with that of %(name)s meanwhile. Nothing was saved. Open that one.", name=kept.name))
    asked: dict[str, Any] = request.args.to_dict() | (request.view_args or {})
    about = {name: kept.id for name in _NAMES if str(asked.get(name)) == str(old_id)}
    abort(redirect(url_for(request.endpoint or "", **(asked | about))))


def the_clinic() -> Clinic:
    """The clinic's own row. Raises NoResultFound before the first run."""
    return db.session.get_one(Clinic, 1)


def search(text: str, now: datetime, *, skip: int = 0, limit: int = PAGE) -> list[Row]:
    """Whom a typed text finds, in alphabetical order; an empty one finds everybody. `skip` and `limit` page through.

    One digit or a sign alone asks for nothing and finds nobody.
    """
    asked = terms.read(text, today_of(now))
    if text.strip() and not asked:
        return []
    return rows_of(db.session.scalars(found_by(asked).offset(skip).limit(limit)).all(), now)


def found_by(asked: Asked) -> Select[Patient]:
    """The query behind a search: every part must fit, each asked by prefix in the index of terms."""
    wanted = present().options(load_only(*LIST_COLUMNS)).order_by(Patient.sort_key, Patient.id)
    for term in asked.terms:
        wanted = wanted.where(Patient.id.in_(select(PatientTerm.patient_id).where(begins_with(term))))
    return wanted.where(Patient.birth_date == asked.born) if asked.born else wanted


def almost(text: str, now: datetime) -> list[Row]:
    """When nobody fits: those whom most parts fit, each part without its last letters (Yılmas → Yılmaz)."""
    asked = terms.read(text, today_of(now))
    shorter = [term[: max(3, len(term) - 2)] for term in asked.words] + [term[:7] for term in asked.digits]
    if not shorter:
        return []
    own = [exists().where(PatientTerm.patient_id == Patient.id, begins_with(term)) for term in shorter]
    fitting: ColumnElement[int] = reduce(add, (case((one, 1), else_=0) for one in own))
    candidates = select(PatientTerm.patient_id).where(or_(*(begins_with(term) for term in shorter)))
    ranked = present().where(Patient.id.in_(candidates)).options(load_only(*LIST_COLUMNS))
    return rows_of(db.session.scalars(ranked.order_by(fitting.desc(), Patient.sort_key).limit(ALMOST)).all(), now)


def same_people(first_name: str, last_name: str, phone: str, now: datetime, *, but: int | None = None) -> list[Row]:
    """Who may be the same person: the same name however it is written and in whatever order, or the same telephone."""
    by_phone = db.session.scalars(present().where(Patient.phone == phone).options(load_only(*LIST_COLUMNS)).limit(20)) if phone else ()
    people = {p.id: p for p in (*namesakes(f"{first_name} {last_name}"), *by_phone) if p.id != but}
    return rows_of(list(people.values()), now)


def namesakes(name: str) -> list[Patient]:
    """Everybody of this name, however it is written and in whatever order; an empty one finds nobody."""
    words = sorted(terms.name_words(name))
    found = db.session.scalars(found_by(Asked(tuple(words))).limit(200)) if words else ()
    return [patient for patient in found if sorted(terms.name_words(patient.name)) == words]


def sharing(patient: Patient) -> dict[str, int]:
    """How many other patients have the same address or telephone: allowed, and shown."""
    counts = {}
    for name in ("email", "phone"):
        value = getattr(patient, name)
        others = select(func.count()).select_from(present().where(getattr(Patient, name) == value, Patient.id != patient.id).subquery())
        counts[name] = db.session.scalar(others) or 0 if value else 0
    return counts


def present() -> Select[Patient]:
    """Patients who have neither been merged into another nor erased."""
    return select(Patient).where(Patient.merged_into_id.is_(None), Patient.erased_at.is_(None))


def begins_with(term: str) -> ColumnElement[bool]:
    """A term that begins so, in the form each engine's index can answer. A single letter is a whole word."""
    if len(term) == 1:
        return PatientTerm.term == term
    term = term[:80]
    if db.engine.dialect.name == "postgresql":
        return PatientTerm.term.startswith(term, autoescape=True)
    return and_(PatientTerm.term >= term, PatientTerm.term < term + "\U0010ffff")


def is_own_patient(staff_id: int, patient: Patient) -> bool:
    """Whether somebody has evaluated this patient, decides about a plan of theirs, or has a visit with them."""
    mine = (
        select(Evaluation.id).where(Evaluation.patient_id == patient.id, Evaluation.physician_id == staff_id),
        select(TreatmentPlan.id).where(TreatmentPlan.patient_id == patient.id, TreatmentPlan.physician_id == staff_id),
        select(Appointment.id).where(Appointment.patient_id == patient.id, Appointment.performer_id == staff_id),
    )
    return bool(db.session.scalar(select(or_(*(one.exists() for one in mine)))))
