"""What is typed for a simple clinic: how people reach it, and, folded away, its hours, rooms and devices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wtforms import SelectMultipleField, StringField, ValidationError

from app.clinic.forms import named_choices, own_address, whole_phone
from app.forms import OPTIONAL, REQUIRED, Form, at_most, one_line
from app.hours import Span
from app.i18n import _l
from app.week_form import SpansField

MOST_ROOMS = 20


@dataclass(frozen=True)
class SimpleClinic:
    """What makes an empty clinic a simple one. `week`: open times by weekday; `devices`: kind and name."""

    phone: str
    phone_out_of_hours: str
    reply_address: str
    week: dict[int, list[Span]]
    rooms: list[str]
    devices: dict[str, str]


class SimpleClinicForm(Form):
    """`country`: of numbers without a country code."""

    phone = StringField(_l("Telephone"), [OPTIONAL, at_most(32), one_line])
    phone_out_of_hours = StringField(_l("Telephone out of hours"), [OPTIONAL, at_most(32), one_line])
    reply_address = StringField(_l("Patients reply to"), [OPTIONAL, at_most(254), one_line])
    workdays = SpansField(_l("Monday to Friday"), [at_most(80)])
    saturday = SpansField(_l("Saturday"), [at_most(80)])
    sunday = SpansField(_l("Sunday"), [at_most(80)])
    rooms = StringField(_l("Rooms"), [REQUIRED, at_most(300), one_line])
    devices = SelectMultipleField(_l("Devices"))

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.devices.choices, self.country = named_choices("devices"), country

    def validate_phone(self, field: Any) -> None:
        field.data = whole_phone(field.data, self.country)

    def validate_phone_out_of_hours(self, field: Any) -> None:
        field.data = whole_phone(field.data, self.country)

    def validate_reply_address(self, field: Any) -> None:
        field.data = own_address(field.data)

    def validate_workdays(self, field: Any) -> None:
        if not (field.spans or self.saturday.spans or self.sunday.spans):
            raise ValidationError(_l("Enter the open times of at least one day."))

    def validate_rooms(self, _field: Any) -> None:
        names = list(self.names())
        if not 0 < len(names) <= MOST_ROOMS or any(len(name) > 60 for name in names):
            raise ValidationError(_l("Enter at least one name and at most %(most)s, with commas between them.", most=MOST_ROOMS))

    def names(self) -> Iterator[str]:
        """The rooms as they are called; two of one name are one."""
        return iter(dict.fromkeys(name for part in (self.rooms.data or "").split(",") if (name := " ".join(part.split()))))

    def chosen(self) -> SimpleClinic:
        week = dict.fromkeys(range(5), self.workdays.spans) | {5: self.saturday.spans, 6: self.sunday.spans}
        return SimpleClinic(
            (self.phone.data or "").strip(), (self.phone_out_of_hours.data or "").strip(), (self.reply_address.data or "").strip(),
            week, list(self.names()), {kind: name for kind, name in named_choices("devices") if kind in (self.devices.data or ())},
        )  # fmt: skip
