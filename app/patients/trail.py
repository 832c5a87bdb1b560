"""Who did what with a patient's record, and who only looked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.patients import queries, same
from app.permissions import Permission
from app.sessions import Person
from models.base import db
from models.event import LOOKS, Event
from models.patient import Patient

SHOWN = 20


def events(patient: Patient, person: Person) -> Sequence[Event]:
    """The latest acts on this record, for those who treat; who only looked is for physicians and auditors."""
    if not person.may(Permission.SEE_CLINICAL):
        return []
    rows = select(Event).where(Event.patient_id.in_(same.numbers_of(patient.id))).order_by(Event.at.desc(), Event.id.desc())
    views = person.may(Permission.DECIDE, Permission.SEE_AUDIT)
    return db.session.scalars((rows if views else rows.where(Event.action.not_in(LOOKS))).limit(SHOWN)).all()


def whole(patient: Patient, person: Person) -> bool:
    """Whether this person may read all of it, who only looked as well: of one's own patients."""
    return person.may(Permission.SEE_OWN_AUDIT) and queries.is_own_patient(person.id, patient)
