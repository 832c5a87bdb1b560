"""What changes a patient's record. Each action takes the moment, writes the trail and never commits."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta

from app import history
from app.errors import Refused
from app.i18n import _
from app.letters import sort_key
from app.patients import changed, consents, details, terms
from app.patients.details import Details
from app.patients.listeners import Change, tell
from app.series.rows import align_patient
from app.today import today_of
from models.base import db
from models.patient import Consent, ConsentKind, Detail, Patient, PatientTerm

UNDO_DEATH_FOR = timedelta(hours=24)


def create(new: Details, now: datetime, *, imported_as: str | None = None) -> Patient:
    """A new patient who can be found at once. `imported_as`: the key under which an import recognises the row again."""
    patient = Patient(**asdict(new), sort_key=sorted_by(new.first_name, new.last_name), created_at=now, imported_as=imported_as)
    set_terms(patient)
    db.session.add(patient)
    history.record("created", patient, now, fields=[name for name in details.NAMES if getattr(new, name)])
    tell(patient, Change.CREATED, now)
    return patient


def update(patient: Patient, new: Details, now: datetime) -> list[str]:
    """Take over what was typed; returns the names of what changed. A new address has to be shown to work again."""
    names = [name for name in details.NAMES if getattr(patient, name) != getattr(new, name)]
    with changed.noted(patient, now):
        for name in names:
            setattr(patient, name, getattr(new, name))
    if not names:
        return []
    if "email" in names:
        patient.email_verified_at = None
    if not details.SEARCHED.isdisjoint(names):
        patient.sort_key = sorted_by(patient.first_name, patient.last_name)
        set_terms(patient)
    patient.version += 1
    history.record("changed", patient, now, fields=names)
    tell(patient, Change.CONTACT, now)
    return names


def set_terms(patient: Patient) -> None:
    """Rebuild what a patient is found by. Terms that stay are not touched."""
    wanted = terms.terms_of(patient.first_name, patient.last_name, patient.phone)
    there = {row.term: row for row in patient.terms}
    for term in there.keys() - wanted:
        patient.terms.remove(there[term])
    patient.terms.extend(PatientTerm(term=term) for term in sorted(wanted - there.keys()))


def sorted_by(first_name: str, last_name: str) -> str:
    """The key of the alphabetical order: family name first, by the 29 Turkish letters."""
    return sort_key(f"{last_name} {first_name}".strip())


def give_consent(patient: Patient, kind: ConsentKind, now: datetime) -> Consent:
    """Record that the patient agreed, in words of the present version. Raises Refused when it stands already."""
    if consents.live(patient, kind):
        raise Refused(_("This consent is already on record."))
    given = Consent(patient=patient, kind=kind, text_version=consents.TEXT_VERSION, language=patient.language, given_at=now,
                    recorded_by_id=history.who())  # fmt: skip
    db.session.add(given)
    with changed.noted(patient, now):
        if kind is ConsentKind.MAIL_DETAILS:
            patient.detail = Detail.FULL
        if kind is ConsentKind.RECALL and "recall" in patient.stopped_classes:
            patient.stopped_classes = [name for name in patient.stopped_classes if name != "recall"]
    changed.consent(patient, kind, now, given=True)
    _consent_changed(patient, "consent given", kind, now)
    return given


def withdraw_consent(consent: Consent, now: datetime) -> None:
    """The patient no longer agrees; from this moment on nothing may rest on it. Doing it twice changes nothing.

    Records that were joined may hold a consent twice: none of its kind is left.
    """
    if consent.withdrawn_at is not None:
        return
    for row in [consent, *consent.patient.consents]:
        if row.withdrawn_at is None and (row is consent or (row.kind is consent.kind and row.course_id is None)):
            row.withdrawn_at = now
    with changed.noted(consent.patient, now):
        if consent.kind is ConsentKind.MAIL_DETAILS:
            consent.patient.detail = Detail.DISCREET
    changed.consent(consent.patient, consent.kind, now, given=False)
    _consent_changed(consent.patient, "consent withdrawn", consent.kind, now)


def mark_deceased(patient: Patient, day: date, now: datetime) -> None:
    """Record a death: nothing is due any more. Rooms above cancel visits and withdraw mails. Raises Refused for a day to come."""
    if patient.deceased_on is not None:
        raise Refused(_("This is already on record."))
    if day > today_of(now):
        raise Refused(_("The day lies in the future."))
    with changed.noted(patient, now):
        patient.deceased_on, patient.deceased_marked_at = day, now
    _life_changed(patient, "recorded as deceased", Change.DECEASED, now)


def unmark_deceased(patient: Patient, now: datetime) -> None:
    """Take the record of a death back, within a day of making it. Cancelled visits stay cancelled. Raises Refused later."""
    if not can_unmark(patient, now):
        raise Refused(_("This can be taken back only within 24 hours."))
    with changed.noted(patient, now):
        patient.deceased_on = patient.deceased_marked_at = None
    _life_changed(patient, "not deceased after all", Change.NOT_DECEASED, now)


def can_unmark(patient: Patient, now: datetime) -> bool:
    """Whether the record of a death is young enough to be taken back."""
    marked = patient.deceased_marked_at
    return patient.deceased_on is not None and marked is not None and now < marked + UNDO_DEATH_FOR


def _life_changed(patient: Patient, what: str, change: Change, now: datetime) -> None:
    patient.version += 1
    history.record(what, patient, now, fields=["deceased_on"])
    tell(patient, change, now)
    align_patient(patient.id, today_of(now))


def _consent_changed(patient: Patient, what: str, kind: ConsentKind, now: datetime) -> None:
    patient.version += 1
    history.record(what, patient, now, fields=[kind.value])
    tell(patient, Change.CONSENT, now)
