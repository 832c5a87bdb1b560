"""Who may be the same person, and what was joined."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.patients import queries, terms
from app.patients.rows import Row, rows_of
from models.base import db
from models.merge import PatientMerge
from models.patient import Patient

MOST = 10


def likely(patient: Patient, now: datetime) -> list[Row]:
    """Who may be the same person: the same name and birth date, or the same telephone and one name in common. Few queries, by index."""
    equal = []
    if patient.birth_date:
        equal.append(Patient.birth_date == patient.birth_date)
    if patient.phone:
        equal.append(Patient.phone == patient.phone)
    if not equal:
        return []
    others = db.session.scalars(queries.present().where(or_(*equal), Patient.id != patient.id).order_by(Patient.id).limit(5 * MOST))
    return rows_of([one for one in others if _alike(patient, one)][:MOST], now)


def _alike(patient: Patient, other: Patient) -> bool:
    ours, theirs = set(terms.name_words(patient.name)), set(terms.name_words(other.name))
    return ours == theirs or bool(patient.phone and patient.phone == other.phone and ours & theirs)


def joined_with(patient: Patient) -> Sequence[PatientMerge]:
    """The records that were joined with this one and still are, the latest first."""
    query = select(PatientMerge).where(PatientMerge.kept_id == patient.id, PatientMerge.undone_at.is_(None))
    return db.session.scalars(query.options(joinedload(PatientMerge.gone)).order_by(PatientMerge.id.desc())).all()


def numbers_of(patient_id: int) -> list[int]:
    """The numbers under which this person was known, their own first."""
    return [patient_id, *db.session.scalars(select(Patient.id).where(Patient.merged_into_id == patient_id))]
