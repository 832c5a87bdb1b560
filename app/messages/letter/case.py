"""One mail being put together: who reads it, what the clinic is, and the links made for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from app.clinic import on_call, queries
from app.messages.letter.phones import Phones, phones
from app.messages.letter.place import place_of
from app.messages.letter.reader import Reader, clinic_reader, patient_reader, staff_reader
from app.messages.letter.readings import Readings
from app.messages.links import CHANGES_VISITS, Purpose
from app.patients.reach import Reach, reach_of
from models import clock
from models.base import db
from models.clinic import Clinic, Location
from models.message import Message
from models.patient import Patient
from models.staff import StaffMember

LinkMaker = Callable[..., str | None]
FindReader = Callable[[Patient, date], Reach]
Facts = dict[str, Any]


class NothingToSay(LookupError):
    """What the message is about is not there any more."""


@dataclass(frozen=True)
class Case:
    """All that every mail needs. `place`: where that takes place which it is about.

    `staff`, or for a patient whom `reach` names, is who receives it; both None: an address without a record.

    `rehearsed`: shown to staff, not sent; nothing may be written.
    """

    message: Message
    now: datetime
    clinic: Clinic
    place: Location
    reader: Reader
    phones: Phones
    patient: Patient | None
    reach: Reach | None
    staff: StaffMember | None
    make_link: LinkMaker
    readings: Readings
    rehearsed: bool = False

    @property
    def today(self) -> date:
        """Today of the clinic."""
        return self.readings.today

    @property
    def reply_to(self) -> str:
        """The address that answers reach."""
        return self.place.reply_address or self.clinic.reply_address

    def in_language(self, language: str) -> Case:
        """The same mail for a reader of another language."""
        if language == self.reader.language:
            return self
        reader = replace(self.reader, language=language)
        phones = _phones(self.clinic, self.place, self.now, reader)
        return replace(self, reader=reader, phones=replace(phones, replies=self.phones.replies))

    def telling(self, *, full: bool) -> Case:
        """The same mail with all that there is to say, or as discreet as can be."""
        return replace(self, reader=replace(self.reader, full=full))

    def unanswered(self) -> Case:
        """The same words where there is nothing to reply to."""
        return replace(self, phones=replace(self.phones, replies=False))

    def day_of(self, moment: datetime) -> date:
        """The clinic's day of a moment."""
        return clock.day_of(moment, self.clinic.zone)

    def link(self, purpose: Purpose, **about: Any) -> str:
        """A link made for this mail; empty where mails carry none, and where its reader may not do what it does."""
        if purpose in CHANGES_VISITS and self.reach and not self.reach.asks_changes:
            return ""
        return self.make_link(purpose, self.message, self.now, **about) or ""


def open_case(
    message: Message, now: datetime, make_link: LinkMaker, *, rehearsed: bool = False, to: FindReader = reach_of
) -> Case:
    """Gather what every mail needs; `to` finds who reads or hears it for the patient.

    Raises NothingToSay when its reader is gone, Refused before the clinic is set up.
    """
    clinic, place = queries.the_clinic(), place_of(message, now)
    patient = db.session.get(Patient, message.patient_id) if message.patient_id else None
    staff_id = message.staff_id or (message.subject_id if message.subject_type == StaffMember.__tablename__ else None)
    staff = db.session.get(StaffMember, staff_id) if staff_id else None
    wrote_in = str(message.facts.get("language", ""))
    readings = Readings(clock.day_of(now, clinic.zone))
    reach = to(patient, readings.today) if patient else None
    reader = patient_reader(patient, reach) if patient and reach else staff_reader(staff) if staff else clinic_reader(clinic, wrote_in)
    numbers = _phones(clinic, place, now, reader)
    return Case(message, now, clinic, place, reader, numbers, patient, reach, staff, make_link, readings, rehearsed)


def _phones(clinic: Clinic, place: Location, now: datetime, reader: Reader) -> Phones:
    return phones(clinic, queries.calendar(place), now, reader.language, reader.zone, on_call.number(now), place.phone)
