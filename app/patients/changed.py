"""What changed in a record, kept for people to read: the old and the new, who and when. The audit trail keeps no values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from app import history
from app.patients import details
from models.base import db
from models.contact import Contact
from models.patient import ConsentKind, Patient
from models.patient_change import PatientChange

FIELDS = (*(name for name in details.NAMES if name != "phone_typed"), "detail", "stopped_classes", "deceased_on")
CONTACT, CONSENT = "contact", "consent "
GIVEN, WITHDRAWN = "given", "withdrawn"


@contextmanager
def noted(patient: Patient, now: datetime) -> Iterator[None]:
    """Whatever of the record is something else at the end of the block is written down with its old and its new value."""
    before = _values(patient)
    yield
    for name, new in _values(patient).items():
        if before[name] != new:
            note(patient, name, now, old=before[name], new=new)


def note(patient: Patient, what: str, now: datetime, *, old: str = "", new: str = "") -> None:
    """One line of the record's history."""
    by_patient = history.acting.get().source == "link"
    db.session.add(
        PatientChange(patient_id=patient.id, what=what, old=old, new=new, by_id=history.who(), by_patient=by_patient, at=now)
    )


def consent(patient: Patient, kind: ConsentKind, now: datetime, *, given: bool) -> None:
    """A consent that was given or withdrawn."""
    note(patient, f"{CONSENT}{kind.value}", now, new=GIVEN if given else WITHDRAWN)


def contact_text(contact: Contact) -> str:
    """Somebody beside the patient, on one line."""
    return " · ".join(part for part in (contact.name, contact.phone, contact.email) if part)


def _values(patient: Patient) -> dict[str, str]:
    return {name: _text(getattr(patient, name)) for name in FIELDS}


def _text(value: object) -> str:
    """As it is kept: a day in ISO form, a box that is ticked as "yes", several words with a comma."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, date):
        return value.isoformat()
    return ", ".join(value) if isinstance(value, list) else str(value or "")
