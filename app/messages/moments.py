"""The moments of mails: days are counted in the clinic's calendar, the hour is the patient's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.hours import Calendar
from models import clock

ASKING_AT = time(10)
"""When reminders and questions go, in the patient's zone (docs/rules.md)."""
LONGEST_CLOSURE = 30
"""Days; a clinic that is closed for longer has no last working day worth asking on."""


@dataclass(frozen=True)
class Days:
    """The clinic's calendar, with the two zones a mail knows."""

    calendar: Calendar
    clinic_zone: str
    patient_zone: str

    def is_working(self, day: date) -> bool:
        """The clinic is open for some part of the day."""
        return bool(self.calendar.open_on(day))

    def working_at_or_before(self, day: date) -> date:
        """The clinic's last working day at or before a day; the day itself for a clinic without opening hours.

        Mails that ask for an answer fall on it: somebody must be there to be called (docs/rules.md).
        """
        back = (day - timedelta(days=n) for n in range(LONGEST_CLOSURE))
        return next((one for one in back if self.is_working(one)), day)

    def answerable(self, day: date, after: date) -> date:
        """The last working day at or before a day, but later than `after`; else the day itself."""
        working = self.working_at_or_before(day)
        return working if working > after else day

    def day_of(self, moment: datetime) -> date:
        """The clinic's day of a moment."""
        return clock.day_of(moment, self.clinic_zone)

    def at(self, day: date, hour: time = ASKING_AT) -> datetime:
        """The moment of an hour on the patient's clock on a day of the clinic's calendar."""
        return clock.at(day, hour, self.patient_zone)

    def at_clinic(self, day: date, hour: time) -> datetime:
        """The moment of an hour on the clinic's clock."""
        return clock.at(day, hour, self.clinic_zone)
