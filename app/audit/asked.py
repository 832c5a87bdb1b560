"""What is asked of the trail, as it is typed and as it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from wtforms import SelectField, StringField, ValidationError

from app.audit import action_words
from app.forms import OPTIONAL, DayField, Form, at_most, row_id
from app.i18n import _, _l
from app.letters import sort_key
from app.names import staff_names
from app.today import typed_day, zone
from models import clock

ALL = ""


@dataclass(frozen=True)
class Asked:
    """From a day to a day (both included), of a person, about a patient, one kind of act; None or empty: any."""

    first: date | None = None
    last: date | None = None
    staff_id: int | None = None
    patient_id: int | None = None
    action: str = ""

    @property
    def since(self) -> datetime | None:
        return clock.day_bounds(self.first, zone())[0] if self.first else None

    @property
    def until(self) -> datetime | None:
        """The first moment after it."""
        return clock.day_bounds(self.last + timedelta(days=1), zone())[0] if self.last else None

    @property
    def names(self) -> list[str]:
        """What was asked by, without what was asked for."""
        return [name for name, value in _values(self).items() if value]


class TrailForm(Form):
    """Days, who, whose record, which act."""

    first = DayField(_l("From"), [OPTIONAL, at_most(40)])
    last = DayField(_l("To"), [OPTIONAL, at_most(40)])
    who = SelectField(_l("Who"), [OPTIONAL], validate_choice=False)
    patient = StringField(_l("Register no."), [OPTIONAL])
    action = SelectField(_l("Act"), [OPTIONAL], validate_choice=False)

    def __init__(self, typed: Any) -> None:
        super().__init__(formdata=typed, meta={"csrf": False})
        people = sorted(staff_names().items(), key=lambda one: sort_key(one[1]))
        self.who.choices = [(ALL, _("Everybody")), *((str(key), name) for key, name in people)]
        named = sorted(action_words.all_of_them().items(), key=lambda one: sort_key(one[1]))
        self.action.choices = [(ALL, _("All")), *named]

    def validate_last(self, field: DayField) -> None:
        if self.first.day and field.day and field.day < self.first.day:
            raise ValidationError(_("The last day is before the first."))

    def validate_patient(self, field: StringField) -> None:
        if field.data and row_id(field.data.strip()) is None:
            raise ValidationError(_("Enter the register number of a patient, or leave this empty."))

    def validate_who(self, field: SelectField) -> None:
        _one_of(field)

    def validate_action(self, field: SelectField) -> None:
        _one_of(field)

    def asked(self) -> Asked:
        """What was asked; the fields show the days as people write them."""
        first, last = self.first.day, self.last.day
        self.first.data, self.last.data = (typed_day(day) if day else "" for day in (first, last))
        return Asked(first, last, row_id(self.who.data), row_id((self.patient.data or "").strip()), self.action.data or ALL)


def in_address(asked: Asked) -> Mapping[str, str]:
    """The same as it stands in an address: days, numbers and keys, nothing that somebody wrote."""
    return {name: value for name, value in _values(asked).items() if value}


def _values(asked: Asked) -> dict[str, str]:
    return {
        "first": asked.first.isoformat() if asked.first else "", "last": asked.last.isoformat() if asked.last else "",
        "who": str(asked.staff_id or ""), "patient": str(asked.patient_id or ""), "action": asked.action,
    }  # fmt: skip


def _one_of(field: SelectField) -> None:
    if field.data and field.data not in {choice[0] for choice in field.choices or ()}:
        raise ValidationError(_("Choose one of the list."))
