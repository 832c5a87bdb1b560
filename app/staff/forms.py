"""What is typed about people: who they are, their passwords, when they are away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from wtforms import BooleanField, Field, HiddenField, PasswordField, RadioField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from app import keys
from app.formats import LANGUAGES
from app.forms import OPTIONAL, REQUIRED, DayField, Form, FormOfVersion, FormOnce, TimeField, at_most, one_line
from app.i18n import _, _l, language
from app.letters import lower
from app.library.loader import shipped
from app.mail_address import working
from app.staff import password_rules
from models.staff import Role

ROLE_NAMES = {
    Role.PHYSICIAN: _l("Physician"), Role.PRACTITIONER: _l("Practitioner or nurse"), Role.RECEPTION: _l("Reception"),
    Role.MANAGER: _l("Manager"), Role.AUDITOR: _l("Auditor"),
}  # fmt: skip
ROLE_HINTS = {
    Role.PHYSICIAN: _l("Physician: decides, plans, treats"), Role.PRACTITIONER: _l("Practitioner or nurse: treats and records"),
    Role.RECEPTION: _l("Reception: books and runs the day"), Role.MANAGER: _l("Manager: settings and accounts, no health data"),
    Role.AUDITOR: _l("Auditor: reads who did or saw what"),
}  # fmt: skip


@dataclass(frozen=True)
class PersonFacts:
    """What is kept of a person with an account."""

    name: str
    email: str
    roles: list[str]
    skills: list[str]
    language: str


def skill_choices() -> list[tuple[str, str]]:
    """The library's skills in the page's language."""
    return [(key, word.names.in_(language())) for key, word in shipped().words["skills"].items()]


def mail_address(_form: Any, field: Field) -> None:
    """Refuse what can be no mail address."""
    if not working((field.data or "").strip()):
        raise ValidationError(_("Enter a mail address such as name@clinic.example."))


class PersonFields:
    """The fields of a person."""

    name = StringField(_l("Name"), [REQUIRED, at_most(120), one_line])
    email = StringField(_l("E-mail"), [REQUIRED, at_most(254), one_line, mail_address])
    roles = SelectMultipleField(
        _l("Roles"),
        [InputRequired(_l("Choose at least one role."))],
        choices=[(role.value, hint) for role, hint in ROLE_HINTS.items()],
    )
    skills = SelectMultipleField(_l("May perform"), [OPTIONAL], choices=skill_choices)
    language = RadioField(_l("Language"), choices=list(LANGUAGES.items()), default="en")

    def chosen(self) -> PersonFacts:
        name, email = " ".join((self.name.data or "").split()), (self.email.data or "").strip().casefold()
        return PersonFacts(name, email, list(self.roles.data or []), list(self.skills.data or []), self.language.data)


class NewPerson(PersonFields, FormOnce):
    """A new account."""


class ChangedPerson(PersonFields, FormOfVersion):
    """An account that others may change meanwhile."""


class SignInForm(Form):
    """Mail address and password; nothing here says which of them was wrong."""

    email = StringField(_l("E-mail"), [REQUIRED, at_most(254)])
    password = PasswordField(_l("Password"), [REQUIRED, at_most(password_rules.LONGEST)])
    next = HiddenField()
    kept = HiddenField()


class NewPassword(Form):
    """A password to be set, typed once: it can be shown, and the link or the old one is the way back."""

    own_words: Iterable[str] = ()
    new_password = PasswordField(_l("New password"), [REQUIRED])

    def validate_new_password(self, field: Field) -> None:
        if wrong := password_rules.what_is_wrong(field.data or "", self.own_words):
            raise ValidationError(wrong)


class ChangePassword(NewPassword):
    """One's own password: the old one, then the new one."""

    old_password = PasswordField(_l("Your password now"), [REQUIRED, at_most(password_rules.LONGEST)])


class FirstRun(NewPassword):
    """The clinic's name, its first manager, and perhaps a physician."""

    code = StringField(_l("Start code"), [at_most(40)])
    clinic = StringField(_l("Name of the clinic"), [REQUIRED, at_most(120), one_line])
    name = StringField(_l("Your name"), [REQUIRED, at_most(120), one_line])
    email = StringField(_l("Your e-mail"), [REQUIRED, at_most(254), one_line, mail_address])
    new_password = PasswordField(_l("Your password"), [REQUIRED])
    is_physician = BooleanField(_l("I am a physician and treat here myself"))
    physician_name = StringField(_l("Name of the physician"), [at_most(120), one_line])
    physician_email = StringField(_l("E-mail of the physician"), [at_most(254), one_line])

    def validate_physician_name(self, field: Field) -> None:
        if self.physician_email.data and not (field.data or "").strip():
            raise ValidationError(_("Enter the physician's name too, or leave both empty."))

    def validate_physician_email(self, field: Field) -> None:
        typed = (field.data or "").strip()
        if self.physician_name.data and not typed:
            raise ValidationError(_("Enter the physician's mail address too, or leave both empty."))
        if typed:
            mail_address(self, field)
        if typed and typed.casefold() == (self.email.data or "").strip().casefold():
            raise ValidationError(_("This is your own address. If you are the physician, tick the box above."))


@dataclass(frozen=True)
class AbsenceFacts:
    """Away from a day to a day; on one day perhaps only from–to."""

    first_day: date
    last_day: date
    from_time: time | None
    to_time: time | None
    why: str


class AbsenceForm(FormOnce):
    """When somebody is away."""

    first_day = DayField(_l("First day"), [REQUIRED])
    last_day = DayField(_l("Last day"), [OPTIONAL])
    from_time = TimeField(_l("From"), [OPTIONAL])
    to_time = TimeField(_l("Until"), [OPTIONAL])
    why = StringField(_l("Why"), [at_most(120), one_line])

    def validate_last_day(self, field: Any) -> None:
        if field.day and self.first_day.day and field.day < self.first_day.day:
            raise ValidationError(_("The last day must not be before the first."))

    def validate_from_time(self, field: Any) -> None:
        several = self.last_day.day and self.first_day.day and self.last_day.day != self.first_day.day
        if field.time and several:
            raise ValidationError(_("Times are for an absence of one day. Leave them empty for whole days."))
        if not (self.to_time.data or "").strip():
            raise ValidationError(_("Enter both times, or none for the whole day."))

    def validate_to_time(self, field: Any) -> None:
        if not (self.from_time.data or "").strip():
            raise ValidationError(_("Enter both times, or none for the whole day."))
        if field.time and self.from_time.time and field.time <= self.from_time.time:
            raise ValidationError(_("The end must be after the beginning."))

    def chosen(self) -> AbsenceFacts:
        assert self.first_day.day is not None
        last = self.last_day.day or self.first_day.day
        return AbsenceFacts(self.first_day.day, last, self.from_time.time, self.to_time.time, (self.why.data or "").strip())


class KeysForm(Form):
    """The keys of one person. Each field is named by its usual letter's number: a comma is no name."""

    on = BooleanField(_l("Keys without Ctrl work"))

    @staticmethod
    def name_of(key: str) -> str:
        return f"key-{ord(key)}"

    def letters(self) -> list[Field]:
        return [self[self.name_of(key)] for key in keys.ALL]

    def own(self) -> dict[str, str]:
        """The letters that are not the usual ones."""
        typed = {key: lower(str(self[self.name_of(key)].data or "").strip()) for key in keys.ALL}
        return {key: letter for key, letter in typed.items() if letter and letter != key}

    def validate(self, extra_validators: Any = None) -> bool:
        """Every key one letter of its own."""
        fine = bool(super().validate(extra_validators))
        for key in keys.clashes(self.own()):
            self[self.name_of(key)].errors = [_("Another key has this letter.")]
            fine = False
        return fine


for _key, _does in keys.ALL.items():
    setattr(KeysForm, KeysForm.name_of(_key), StringField(_does, [OPTIONAL, Length(max=1, message=_l("Enter one letter or sign."))]))
