"""Who is written to about a patient: the patient, or somebody in their place. One answer for planning, sending, links and pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.planning.durations import Duration
from app.today import zone
from models import clock
from models.contact import Contact, ContactRole
from models.patient import Channel, Patient

ADULT = 18
STAND_INS = (ContactRole.GUARDIAN, ContactRole.HELPER)


@dataclass(frozen=True)
class Reach:
    """The reader of a patient's mails. `clinical`: may be told what is treated; `contact`: who it is, if not the patient."""

    name: str
    email: str
    language: str
    channel: Channel
    verified: bool
    clinical: bool = True
    contact: Contact | None = None
    phone: str = ""

    @property
    def asks_changes(self) -> bool:
        """May move and cancel visits."""
        return self.contact is None or self.contact.asks_changes

    @property
    def may_read_all(self) -> bool:
        """Treatment words may be written there: the address was answered from, and whoever reads there may know."""
        return self.verified and self.clinical

    @property
    def address(self) -> str:
        """Where the way that was chosen reaches them: a mail address in lower case, or a number."""
        return self.email.lower() if self.channel is Channel.EMAIL else self.phone

    @property
    def by_mail(self) -> bool:
        """There is an address, and mail is the way that was chosen."""
        return self.channel is Channel.EMAIL and bool(self.email)


def reach_of(patient: Patient, today: date) -> Reach:
    """A minor's mails speak to the guardian, and to nobody where none is recorded. Of somebody who came of age with us nothing is
    mailed until the address is shown to be their own. Whoever is not reached by mail may have somebody who is."""
    ways = _ways(patient, today)
    return next((way for way in ways if way.by_mail), ways[0] if ways else replace(_own(patient), email=""))


def reach_at(patient: Patient, address: str, today: date) -> Reach | None:
    """Whoever may be written to about a patient and has this address or number; None where nobody does (any more). That somebody
    answered from their mail address says nothing of their number."""
    ways = _ways(patient, today) if address else []
    mailed = next((way for way in ways if way.email.lower() == address.lower()), None)
    return mailed or next((replace(way, verified=False) for way in ways if way.phone == address), None)


def _ways(patient: Patient, today: date) -> list[Reach]:
    """Everybody who may be written to about a patient, who comes first standing first."""
    if is_minor(patient, today):
        return [_through(one) for one in patient.contacts if one.role is ContactRole.GUARDIAN and one.gets_mails]
    if address_is_of_childhood(patient, today):
        return []
    beside = [one for one in patient.contacts if one.role in STAND_INS and one.gets_mails and not _spoke_for_the_child(one)]
    return [_own(patient), *map(_through, beside)]


def _own(patient: Patient) -> Reach:
    verified = patient.email_verified_at is not None
    return Reach(patient.name, patient.email, patient.language, patient.channel, verified, phone=patient.phone)


def _spoke_for_the_child(contact: Contact) -> bool:
    """A guardian from before the patient's eighteenth birthday; that word ended with it."""
    born = contact.patient.birth_date
    return contact.role is ContactRole.GUARDIAN and born is not None and clock.day_of(contact.created_at, zone()) < of_age_on(born)


def called(patient: Patient, today: date) -> Reach:
    """Who is called about a patient: a minor's guardian; else the patient, or where there is no number whoever stands in."""
    minor = is_minor(patient, today)
    if patient.phone and not minor:
        return _own(patient)
    roles = (ContactRole.GUARDIAN,) if minor else STAND_INS
    others = [one for one in patient.contacts if one.role in roles and one.phone and (minor or not _spoke_for_the_child(one))]
    return next((_through(one) for one in sorted(others, key=lambda one: not one.gets_mails)), _own(patient))


def reads_mail(patient: Patient) -> bool:
    """The patient, whoever may read besides, has an address and chose mail."""
    return patient.channel is Channel.EMAIL and bool(patient.email)


def is_minor(patient: Patient, today: date) -> bool:
    """Under eighteen, as far as a birth date is known."""
    return patient.birth_date is not None and today < of_age_on(patient.birth_date)


def of_age_on(born: date) -> date:
    """The eighteenth birthday."""
    return Duration(years=ADULT).after(born)


def address_is_of_childhood(patient: Patient, today: date) -> bool:
    """The record is older than the eighteenth birthday, and nobody has said since that its address is the patient's own."""
    if patient.birth_date is None or is_minor(patient, today):
        return False
    birthday = of_age_on(patient.birth_date)
    if clock.day_of(patient.created_at, zone()) >= birthday:
        return False
    verified = patient.email_verified_at
    return verified is None or clock.day_of(verified, zone()) < birthday


def _through(contact: Contact) -> Reach:
    verified = contact.email_verified_at is not None
    return Reach(contact.name, contact.email, contact.language, contact.channel, verified, contact.hears_clinical, contact, contact.phone)
