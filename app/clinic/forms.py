"""What is typed on the settings pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import available_timezones

import phonenumbers
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField, ValidationError

from app.formats import LANGUAGES
from app.forms import OPTIONAL, REQUIRED, DayField, Form, FormOfVersion, FormOnce, TimeField, at_most, one_line, whole_number
from app.i18n import _l, language
from app.library.loader import shipped
from app.mail_address import working

MOST_DAYS = 92


@dataclass(frozen=True)
class Identity:
    name: str
    phone: str
    phone_out_of_hours: str
    emergency_number: str
    reply_address: str
    address: str
    zone: str
    country: str
    language: str


@dataclass(frozen=True)
class Mailing:
    sending_from: time
    sending_until: time
    reminder_days: list[int]
    recall_max: int
    grace_minutes: int


@dataclass(frozen=True)
class WorkingRules:
    evaluation_valid_days: int
    reception_records_done: bool


@dataclass(frozen=True)
class Place:
    name: str
    address: str
    active: bool
    phone: str = ""
    reply_address: str = ""
    sender_name: str = ""

    TYPED = ("name", "address", "phone", "reply_address", "sender_name")


class IdentityForm(FormOfVersion):
    """Who we are and how people reach us."""

    name = StringField(_l("Name of the clinic"), [REQUIRED, at_most(120), one_line])
    phone = StringField(_l("Telephone"), [REQUIRED, at_most(32), one_line])
    phone_out_of_hours = StringField(_l("Telephone out of hours"), [OPTIONAL, at_most(32), one_line])
    emergency_number = StringField(_l("Emergency number"), [REQUIRED, at_most(16), one_line])
    reply_address = StringField(_l("Patients reply to"), [OPTIONAL, at_most(254), one_line])
    address = StringField(_l("Address"), [OPTIONAL, at_most(300), one_line])
    country = StringField(_l("Country"), [REQUIRED, at_most(2), one_line])
    zone = StringField(_l("Time zone"), [REQUIRED, at_most(64), one_line])
    language = SelectField(_l("Language of the clinic"), choices=list(LANGUAGES.items()))

    def validate_country(self, field: Any) -> None:
        field.data = (field.data or "").strip().upper()
        if field.data not in phonenumbers.SUPPORTED_REGIONS:
            raise ValidationError(_l("Enter the two letters of a country, such as TR or DE."))

    def validate_zone(self, field: Any) -> None:
        if field.data not in available_timezones():
            raise ValidationError(_l("Enter a time zone such as Europe/Istanbul."))

    def validate_phone(self, field: Any) -> None:
        field.data = self._phone(field.data)

    def validate_phone_out_of_hours(self, field: Any) -> None:
        field.data = self._phone(field.data)

    def validate_emergency_number(self, field: Any) -> None:
        field.data = (field.data or "").strip()
        if not (field.data.isdecimal() and 2 <= len(field.data) <= 6):
            raise ValidationError(_l("Enter 2 to 6 digits, such as 112."))

    def validate_reply_address(self, field: Any) -> None:
        field.data = own_address(field.data)

    def chosen(self) -> Identity:
        return Identity(**{name: (self[name].data or "").strip() for name in Identity.__dataclass_fields__})

    def _phone(self, typed: str | None) -> str:
        return whole_phone(typed, (self.country.data or "").strip().upper())


def own_address(typed: str) -> str:
    """An address at which the clinic can be reached: it stands in the head of every mail, so every server must take it."""
    if not (address := working(typed.strip(), plain=True)):
        raise ValidationError(_l("Enter an e-mail address such as desk@clinic.example."))
    return address


class MailingForm(FormOfVersion):
    """When mails may go and how often."""

    sending_from = TimeField(_l("Mails go from"), [REQUIRED])
    sending_until = TimeField(_l("Mails go until"), [REQUIRED])
    reminders = StringField(_l("Reminders, days before the visit"), [OPTIONAL, at_most(40), one_line])
    recall_max = IntegerField(_l("Maintenance invitations without an answer"), whole_number(0, 5))
    grace_minutes = IntegerField(_l("Minutes in which a change can be undone before its mail goes"), whole_number(0, 60))

    def validate_sending_until(self, field: Any) -> None:
        if self.sending_from.time and field.time and field.time <= self.sending_from.time:
            raise ValidationError(_l("The end must be later than the beginning."))

    def validate_reminders(self, field: Any) -> None:
        days = [part.strip() for part in (field.data or "").split(",") if part.strip()]
        if len(days) > 5 or not all(re.fullmatch("[0-9]{1,2}", day) and 0 < int(day) <= 30 for day in days):
            raise ValidationError(_l("Enter at most five days from 1 to 30, such as 3, 1. Leave it empty for no reminders."))

    def chosen(self) -> Mailing:
        days = {int(part) for part in (self.reminders.data or "").split(",") if part.strip()}
        assert self.sending_from.time is not None
        assert self.sending_until.time is not None
        return Mailing(self.sending_from.time, self.sending_until.time, sorted(days, reverse=True), self.recall_max.data or 0,
                       self.grace_minutes.data or 0)  # fmt: skip


class RulesForm(FormOfVersion):
    """How the clinic works."""

    evaluation_valid_days = IntegerField(_l("An evaluation is valid for (days)"), whole_number(1, 730))
    reception_records_done = BooleanField(_l("Reception may mark a session as done when the practitioner says so"))

    def chosen(self) -> WorkingRules:
        return WorkingRules(self.evaluation_valid_days.data or 180, bool(self.reception_records_done.data))


class ClosureForm(FormOnce):
    """Closed from a day to a day, or on one day from a time on."""

    day = DayField(_l("Day"), [REQUIRED])
    last_day = DayField(_l("Until (several days)"), [OPTIONAL])
    from_time = TimeField(_l("Closed from"), [OPTIONAL])
    why = StringField(_l("Why"), [OPTIONAL, at_most(120), one_line])

    def validate_last_day(self, field: Any) -> None:
        in_order(self.day.day, field.day)

    def days(self) -> Iterator[date]:
        return each_day(self.day.day, self.last_day.day)


class OnCallForm(FormOnce):
    """Who is on call from a day to a day. `country`: of numbers without a country code."""

    staff = SelectField(_l("Who"), coerce=int)
    day = DayField(_l("From"), [REQUIRED])
    last_day = DayField(_l("Until (several days)"), [OPTIONAL])
    phone = StringField(_l("Telephone in that time"), [OPTIONAL, at_most(32), one_line])

    def __init__(self, *args: Any, who: list[tuple[int, str]], country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff.choices, self.country = who, country

    def validate_last_day(self, field: Any) -> None:
        in_order(self.day.day, field.day)

    def validate_phone(self, field: Any) -> None:
        field.data = whole_phone(field.data, self.country)

    def days(self) -> Iterator[date]:
        return each_day(self.day.day, self.last_day.day)


class YearsForm(Form):
    """Which years' holidays to look at."""

    first = IntegerField(_l("From the year"), whole_number(2000, 2100))
    last = IntegerField(_l("To the year"), whole_number(2000, 2100))

    def validate_last(self, field: Any) -> None:
        if self.first.data and field.data and not 0 <= field.data - self.first.data < 5:
            raise ValidationError(_l("Choose at most five years, the first one first."))


class ThingForm(FormOnce):
    """A room, a chair or a device."""

    name = StringField(_l("Name"), [REQUIRED, at_most(60), one_line])
    active = BooleanField(_l("In use"), default=True)

    def kinds(self) -> list[str]:
        return []


class LocationForm(FormOnce):
    """A place of the clinic."""

    name = StringField(_l("Name"), [REQUIRED, at_most(120), one_line])
    address = StringField(_l("Address"), [OPTIONAL, at_most(300), one_line])
    phone = StringField(_l("Telephone"), [OPTIONAL, at_most(32), one_line])
    reply_address = StringField(_l("Patients reply to"), [OPTIONAL, at_most(254), one_line])
    sender_name = StringField(_l("Name of the sender"), [OPTIONAL, at_most(120), one_line])
    active = BooleanField(_l("In use"), default=True)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._country = country

    def validate_phone(self, field: Any) -> None:
        field.data = whole_phone(field.data, self._country)

    def validate_reply_address(self, field: Any) -> None:
        field.data = own_address(field.data)

    def chosen(self) -> Place:
        name, address, phone, reply_address, sender_name = ((self[one].data or "").strip() for one in Place.TYPED)
        return Place(name, address, bool(self.active.data), phone, reply_address, sender_name)


class RoomForm(ThingForm):
    uses = SelectMultipleField(_l("What can be done here"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.uses.choices = named_choices("rooms")

    def validate_uses(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_l("Tick at least one."))

    def kinds(self) -> list[str]:
        return list(self.uses.data or [])


class DeviceForm(ThingForm):
    kind = SelectField(_l("Kind"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = named_choices("devices")

    def kinds(self) -> list[str]:
        return [str(self.kind.data)]


def in_order(first: date | None, last: date | None) -> None:
    """Raise ValidationError unless the last day lies after the first and not too far."""
    if first and last and not timedelta(0) <= last - first < timedelta(MOST_DAYS):
        raise ValidationError(_l("The last day must be after the first, and at most %(most)s days in all.", most=MOST_DAYS))


def each_day(first: date | None, last: date | None) -> Iterator[date]:
    """Every day from the first to the last; without a last one only the first."""
    assert first is not None
    for n in range(((last or first) - first).days + 1):
        yield first + timedelta(n)


def whole_phone(typed: str | None, country: str) -> str:
    """A number as it is written internationally. Raises ValidationError for one that nobody could dial."""
    try:
        number = phonenumbers.parse(typed or "", country if country in phonenumbers.SUPPORTED_REGIONS else None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValidationError(_l("Enter a telephone number such as +90 212 555 01 01."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def named_choices(table: str) -> list[tuple[str, str]]:
    """The entries of one of the library's small tables, in the page's language."""
    return [(key, word.names.in_(language())) for key, word in shipped().words[table].items()]
