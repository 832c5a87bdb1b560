"""Who reads a mail: in which language and zone, and how much it may say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from app import formats
from app.messages.letter import zones
from app.patients.reach import Reach
from models import clock
from models.clinic import Clinic
from models.patient import Detail, Patient
from models.staff import StaffMember


@dataclass(frozen=True)
class Reader:
    """The reader of one mail. `full` only for a patient's own wish and a verified address; `zone` None: the clinic's."""

    language: str
    full: bool = False
    zone: str | None = None

    @property
    def direction(self) -> str:
        return formats.direction(self.language)

    def day(self, day: date) -> str:
        """Thursday 3 December 2026."""
        return formats.long_day(day, self.language)

    def plain_day(self, day: date) -> str:
        """Thursday 3 December."""
        return formats.plain_day(day, self.language)

    def time(self, wall: time, zone: str) -> str:
        """13:50, with the zone's city in brackets where the reader lives in another one."""
        shown = formats.clock_time(wall)
        return shown if self.zone in (None, zone) else f"{shown} ({zones.city(zone, self.language)})"

    def moment(self, moment: datetime, zone: str) -> str:
        """Thursday 3 December 2026, 13:50."""
        there = clock.local(moment, zone)
        return f"{self.day(there.date())}, {self.time(there.time(), zone)}"

    def plain_moment(self, moment: datetime, zone: str) -> tuple[str, str]:
        """Thursday 3 December, and 13:50."""
        there = clock.local(moment, zone)
        return self.plain_day(there.date()), self.time(there.time(), zone)


def patient_reader(patient: Patient, reach: Reach) -> Reader:
    """Whoever reads for a patient: discreet unless the patient chose otherwise and that address was answered from."""
    full = patient.detail is Detail.FULL and reach.may_read_all
    return Reader(known_language(reach.language), full, patient.zone)


def staff_reader(staff: StaffMember) -> Reader:
    """A staff member as a reader."""
    return Reader(known_language(staff.language))


def clinic_reader(clinic: Clinic, language: str = "") -> Reader:
    """Somebody of whom nothing is known, but perhaps in which language we wrote before."""
    return Reader(known_language(language or clinic.language))


def known_language(language: str) -> str:
    """The language itself where mails can be written in it, else English."""
    return language if language in formats.mail_languages() else "en"
