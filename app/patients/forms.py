"""What is typed about a patient."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired

from app import phones
from app.formats import mail_languages
from app.forms import OPTIONAL, DayField, Form, FormOfVersion, FormOnce, at_most, one_line
from app.i18n import _, _l
from app.letters import fold
from app.mail_address import working
from app.patients.contacts import ContactFacts
from app.patients.details import Details, as_names
from app.today import today_of
from models import clock
from models.contact import ContactRole
from models.patient import Channel, Sex

OLDEST = 130  # years
NAMED = DataRequired(_l("Please fill this in."))


def tidy(text: Any) -> Any:
    """Without spaces at the ends and double ones within. Line breaks stay, so that they are seen and refused."""
    return re.sub(r" {2,}", " ", text.strip(" \t")) if isinstance(text, str) else text


class BirthDayField(DayField):
    """A day in the past, with its year; two digits of a year mean the last such year."""

    out_of_reach = _l("Enter a birth date with its year, such as 14.3.1988.")

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        today = today_of(clock.now())
        if self.day is not None and self.day > today:
            self.day = _last_century(self.data or "", self.day)
        if self.day is not None and not (0 <= today.year - self.day.year <= OLDEST and self.day <= today):
            raise ValidationError(self.out_of_reach)


def _last_century(typed: str, day: date) -> date:
    if not re.search(r"\D\d{2}\s*$", typed) or (day.month, day.day) == (2, 29):
        return day
    return day.replace(year=day.year - 100)


class WithTelephone(Form):
    """With a field `phone`. `country`: whose numbers may be typed without a country code. `number`: what was read."""

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        self.number = ""

    def validate_phone(self, field: Any) -> None:
        try:
            self.number = phones.read(field.data, self.country)
        except phones.UnreadablePhone:
            raise ValidationError(
                _l("Enter a whole telephone number; one from abroad with its country code, such as +49 151 23456789.")
            ) from None


class PatientForm(WithTelephone):
    """Identity and contact."""

    first_name = StringField(_l("First name"), [NAMED, at_most(80), one_line], filters=[tidy])
    last_name = StringField(_l("Last name"), [NAMED, at_most(80), one_line], filters=[tidy])
    birth_date = BirthDayField(_l("Birth date"), [OPTIONAL, at_most(40)])
    sex = RadioField(
        _l("Sex"), default=Sex.UNKNOWN.value, choices=[("female", _l("Female")), ("male", _l("Male")), ("unknown", _l("Not recorded"))]
    )
    phone = StringField(_l("Telephone"), [OPTIONAL, at_most(40), one_line], filters=[tidy])
    email = StringField(_l("E-mail"), [OPTIONAL, at_most(254), one_line], filters=[tidy])
    channel = RadioField(
        _l("How messages reach the patient"), default=Channel.EMAIL.value,
        choices=[("email", _l("By e-mail")), ("phone", _l("We telephone")), ("paper", _l("On paper, at the visit"))],
    )  # fmt: skip
    language = SelectField(_l("Language of the messages"), choices=lambda: list(mail_languages().items()))
    zone = StringField(_l("Lives in another time zone"), [OPTIONAL, at_most(64), one_line], filters=[tidy])
    fewer_mails = BooleanField(_l("Fewer mails: only what is needed"))
    asks_for_earlier = BooleanField(_l("Would like an earlier time when one becomes free"))
    never_ask_pregnancy = BooleanField(_l("Do not ask about pregnancy"))
    note = TextAreaField(_l("Note for the desk"), [OPTIONAL, at_most(2000)])

    def validate_email(self, field: Any) -> None:
        field.data = mail_address(field.data)

    def validate_zone(self, field: Any) -> None:
        field.data = zone_named(field.data)

    def validate_channel(self, field: Any) -> None:
        if field.data == Channel.EMAIL and not self.email.data:
            raise ValidationError(_l("Enter an e-mail address above, or choose another way."))
        if field.data == Channel.PHONE and not self.phone.data:
            raise ValidationError(_l("Enter a telephone number above, or choose another way."))

    def chosen(self, clinic_zone: str) -> Details:
        """What was typed. The clinic's own zone is no zone of the patient's."""
        return Details(
            first_name=self.first_name.data or "", last_name=self.last_name.data or "", birth_date=self.birth_date.day,
            sex=Sex(self.sex.data), phone=self.number, phone_typed=self.phone.data or "", email=self.email.data or "",
            language=self.language.data, zone=self.zone.data if self.zone.data not in ("", clinic_zone) else None,
            channel=Channel(self.channel.data), fewer_mails=self.fewer_mails.data, asks_for_earlier=self.asks_for_earlier.data,
            never_ask_pregnancy=self.never_ask_pregnancy.data if self.never_ask_pregnancy else False, note=(self.note.data or "").strip(),
        )  # fmt: skip


class NewPatientForm(PatientForm, FormOnce):
    """A new patient. `another` says that somebody of the same name or telephone is a different person."""

    another = BooleanField(_l("No: this is a different person"))

    def validate_channel(self, field: Any) -> None:
        """Without an address nothing goes by e-mail; the desk need not say so first."""
        if field.data == Channel.EMAIL and not self.email.data:
            field.data = (Channel.PHONE if self.phone.data else Channel.PAPER).value
        super().validate_channel(field)

    def chosen(self, clinic_zone: str) -> Details:
        """What was typed; a whole name in small letters gets its capitals, by the rule of the patient's language."""
        typed = super().chosen(clinic_zone)
        first, last = as_names(typed.first_name, typed.last_name, turkish=typed.language == "tr")
        return replace(typed, first_name=first, last_name=last)


class ChangePatientForm(PatientForm, FormOfVersion):
    """A patient's details, changed."""


class ContactForm(WithTelephone):
    """Somebody beside a patient."""

    role = RadioField(
        _l("Role"), default=ContactRole.GUARDIAN.value,
        choices=[("guardian", _l("Guardian")), ("helper", _l("Helper")), ("emergency", _l("In an emergency"))],
    )  # fmt: skip
    name = StringField(_l("First and last name"), [NAMED, at_most(160), one_line], filters=[tidy])
    phone = StringField(_l("Telephone"), [OPTIONAL, at_most(40), one_line], filters=[tidy])
    email = StringField(_l("E-mail"), [OPTIONAL, at_most(254), one_line], filters=[tidy])
    channel = RadioField(
        _l("How messages reach this person"), default=Channel.EMAIL.value,
        choices=[("email", _l("By e-mail")), ("phone", _l("We telephone")), ("paper", _l("On paper, at the visit"))],
    )  # fmt: skip
    language = SelectField(_l("Language of the messages"), choices=lambda: list(mail_languages().items()))
    gets_mails = BooleanField(_l("Gets the messages in the patient's place"))
    asks_changes = BooleanField(_l("May ask for changes of visits"))
    hears_clinical = BooleanField(_l("May be told what is treated"))

    def validate_email(self, field: Any) -> None:
        field.data = mail_address(field.data)

    def validate_channel(self, field: Any) -> None:
        if self.gets_mails.data and field.data == Channel.EMAIL and not self.email.data:
            raise ValidationError(_l("Enter an e-mail address above, or choose another way."))
        if not (self.phone.data or self.email.data):
            raise ValidationError(_l("Enter a telephone number or an e-mail address."))

    def chosen(self) -> ContactFacts:
        return ContactFacts(
            role=ContactRole(self.role.data), name=self.name.data or "", phone=self.number, phone_typed=self.phone.data or "",
            email=self.email.data or "", language=self.language.data, channel=Channel(self.channel.data),
            gets_mails=self.gets_mails.data, asks_changes=self.asks_changes.data, hears_clinical=self.hears_clinical.data,
        )  # fmt: skip


class NewContactForm(ContactForm, FormOnce):
    """Somebody more."""


class ChangeContactForm(ContactForm, FormOfVersion):
    """Somebody who is recorded already."""


class ConsentForm(FormOnce):
    """One consent, in a box that nobody has ticked beforehand."""

    agreed = BooleanField(
        _l("The patient has read or heard this text and agrees"), [DataRequired(_l("Tick the box when the patient agrees."))]
    )


class DeceasedForm(FormOfVersion):
    """The day of a death."""

    day = DayField(_l("Day"), [NAMED, at_most(40)])


def mail_address(typed: str) -> str:
    """The address as it is written on a mail. Raises ValidationError in words that say what to mend."""
    if not (address := working(typed, plain=True)):
        raise ValidationError(mail_problem(typed))
    return address


def mail_problem(typed: str) -> str:
    """Why an address cannot work, in words that say what to mend."""
    name, at, domain = typed.rpartition("@")
    if not at or "@" in name:
        return _("An e-mail address has one @ in it, such as ayse@post.example.")
    if " " in typed:
        return _("An e-mail address has no spaces.")
    if not name.isascii():
        return _("Before the @ only plain letters work: write c, g, i, o, s or u instead of ç, ğ, ı, ö, ş or ü.")
    if "." not in domain or ".." in domain or "," in domain:
        return _("Please check what stands after the @; it ends such as .com or .com.tr.")
    return _("This e-mail address cannot work. Please check it letter by letter.")


def zone_named(typed: str) -> str:
    """The time zone that a city or a zone's name means: "Berlin" is Europe/Berlin. Raises ValidationError."""
    wanted = fold(typed).replace(" ", "_")
    found = _zones().get(wanted)
    if found is None:
        raise ValidationError(_l("Enter the nearest large city in English, such as Berlin or London."))
    return found


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Every zone by its whole name and by its city, folded. A city under two names (Asia/Istanbul) means the present one."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    present = {line.split("\t")[2] for line in table.splitlines() if line and not line.startswith("#")}
    names = sorted(available_timezones(), key=lambda name: (name in present, name))
    cities = {fold(name.rsplit("/", 1)[-1]): name for name in names if "/" in name}
    return cities | {fold(name): name for name in names}
