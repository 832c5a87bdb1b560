"""What changes the people around a patient, and whether an address is theirs. Each action writes the trail and never commits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app import history
from app.errors import Refused
from app.i18n import _
from app.patients import actions, changed, consents
from app.patients.listeners import Change, tell
from app.patients.reach import of_age_on
from app.today import zone
from models import clock
from models.base import db
from models.contact import Contact, ContactRole
from models.patient import Channel, Patient

CHILDHOOD = timedelta(days=18 * 365 + 4)
"""Never longer than eighteen years, and at most SLACK shorter."""
SLACK = timedelta(days=2)


@dataclass(frozen=True)
class ContactFacts:
    """One person beside a patient, as typed. `phone` is E.164, `phone_typed` what was written."""

    role: ContactRole
    name: str
    phone: str
    phone_typed: str
    email: str
    language: str
    channel: Channel
    gets_mails: bool
    asks_changes: bool
    hears_clinical: bool


def add(patient: Patient, new: ContactFacts, now: datetime) -> Contact:
    """Somebody more beside a patient."""
    contact = Contact(patient=patient, created_at=now, **asdict(new))
    db.session.add(contact)
    changed.note(patient, changed.CONTACT, now, new=changed.contact_text(contact))
    _changed(contact, "contact added", now)
    return contact


def change(contact: Contact, new: ContactFacts, now: datetime) -> None:
    """Take over what was typed. A new address has to be shown to work again."""
    before = changed.contact_text(contact)
    if contact.email != new.email:
        contact.email_verified_at = None
    for name, value in asdict(new).items():
        setattr(contact, name, value)
    contact.version += 1
    changed.note(contact.patient, changed.CONTACT, now, old=before, new=changed.contact_text(contact))
    _changed(contact, "contact changed", now)


def remove(contact: Contact, now: datetime) -> None:
    """This person has nothing to do with the patient any more."""
    patient = contact.patient
    _record(contact, "contact removed", now)
    changed.note(patient, changed.CONTACT, now, old=changed.contact_text(contact))
    patient.contacts.remove(contact)
    db.session.delete(contact)
    tell(patient, Change.CONTACT, now)


def read_out(owner: Patient | Contact, now: datetime) -> None:
    """Staff read the address out and its owner said that it is theirs: as good as an answer to the mail that asks.

    Raises Refused where there is no address.
    """
    if not owner.email:
        raise Refused(_("There is no e-mail address to read out."))
    owner.email_verified_at = now
    owner.version += 1
    patient = owner if isinstance(owner, Patient) else owner.patient
    history.record("address read out", patient, now, fields=["email"])
    tell(patient, Change.CONTACT, now)


def lose_address(patient: Patient, address: str, now: datetime) -> None:
    """Whoever reads at this address is neither the patient nor somebody beside them: the record has it no more."""
    owners: list[Patient | Contact] = [patient, *patient.contacts]
    wrong = [one for one in owners if one.email.lower() == address.lower() != ""]
    told = [(one, changed.contact_text(one)) for one in wrong if isinstance(one, Contact)]
    with changed.noted(patient, now):
        for owner in wrong:
            owner.email, owner.email_verified_at = "", None
            owner.version += 1
    for contact, before in told:
        changed.note(patient, changed.CONTACT, now, old=before, new=changed.contact_text(contact))
    if wrong:
        history.record("changed", patient, now, fields=["email"])
        tell(patient, Change.CONTACT, now)


def come_of_age(patient: Patient, now: datetime) -> None:
    """What a guardian agreed to in the patient's name ends on the eighteenth birthday: the patient is asked anew."""
    for kind in consents.ASKED:
        given = consents.live(patient, kind)
        if given is not None:
            actions.withdraw_consent(given, now)


def came_of_age(first: date, last: date) -> list[Patient]:
    """Patients whose eighteenth birthday lies between two days, both included, and whose record is older than it."""
    born = select(Patient).where(Patient.birth_date.between(first - CHILDHOOD - SLACK, last - CHILDHOOD))
    return [one for one in db.session.scalars(born) if one.alive_here and _grew_up_here(one, first, last)]


def _grew_up_here(patient: Patient, first: date, last: date) -> bool:
    birthday = of_age_on(patient.birth_date) if patient.birth_date else None
    return birthday is not None and first <= birthday <= last and clock.day_of(patient.created_at, zone()) < birthday


def _changed(contact: Contact, what: str, now: datetime) -> None:
    _record(contact, what, now)
    tell(contact.patient, Change.CONTACT, now)


def _record(contact: Contact, what: str, now: datetime) -> None:
    contact.patient.version += 1
    history.record(what, contact.patient, now, fields=["contacts"])
