"""What a report is asked about, as it stands in the address and is typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from wtforms import SelectField, ValidationError

from app.forms import OPTIONAL, DayField, Form, at_most
from app.i18n import _, _l
from app.letters import sort_key
from app.names import staff_names
from app.reports.asked import LONGEST, Asked, month_of
from app.reports.lists import place_names
from app.today import today_of, typed_day, zone

ALL = ""


class PeriodForm(Form):
    """From a day to a day, a place, a practitioner."""

    first = DayField(_l("From"), [OPTIONAL, at_most(40)])
    last = DayField(_l("To"), [OPTIONAL, at_most(40)])
    place = SelectField(_l("Location"), [OPTIONAL], validate_choice=False)
    who = SelectField(_l("Practitioner"), [OPTIONAL], validate_choice=False)

    def __init__(self, typed: Any) -> None:
        super().__init__(formdata=typed, meta={"csrf": False})
        people = sorted(staff_names().items(), key=lambda one: sort_key(one[1]))
        self.place.choices = [(ALL, _("All")), *((str(key), name) for key, name in place_names().items())]
        self.who.choices = [(ALL, _("Everybody")), *((str(key), name) for key, name in people)]

    def validate_last(self, field: DayField) -> None:
        first, last = self.first.day, field.day
        if first and last and last < first:
            raise ValidationError(_("The last day is before the first."))
        if first and last and last - first > LONGEST:
            raise ValidationError(_("Choose at most ten years."))

    def validate_place(self, field: SelectField) -> None:
        _one_of(field)

    def validate_who(self, field: SelectField) -> None:
        _one_of(field)

    def asked(self, now: datetime) -> Asked:
        """What was asked; without days the month of today. The fields show the days as people write them."""
        first, last = self._period(today_of(now))
        self.first.data, self.last.data = typed_day(first), typed_day(last)
        place_id = int(self.place.data) if self.place.data else None
        places = tuple(place_names()) if place_id is None else (place_id,)
        return Asked(first, last, now, zone(), places, place_id, int(self.who.data) if self.who.data else None)

    def _period(self, today: date) -> tuple[date, date]:
        first, last = self.first.day, self.last.day
        if first is None and last is None:
            return month_of(today)
        first = first or month_of(last or today)[0]
        return first, last or max(first, today)


def in_address(asked: Asked) -> Mapping[str, str]:
    """The same as it stands in an address."""
    return period_in_address(asked.first, asked.last) | {
        name: str(value) for name, value in (("place", asked.place_id), ("who", asked.staff_id)) if value is not None
    }


def period_in_address(first: date, last: date) -> dict[str, str]:
    return {"first": first.isoformat(), "last": last.isoformat()}


def _one_of(field: SelectField) -> None:
    if field.data and field.data not in {choice[0] for choice in field.choices or ()}:
        raise ValidationError(_("Choose one of the list."))
