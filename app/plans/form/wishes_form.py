"""How a patient likes to come, and what is written to them: the same fields for a new plan and for a running one."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from wtforms import SelectField, SelectMultipleField, TextAreaField, ValidationError

from app.forms import OPTIONAL, DayField, Form, TimeField, at_most
from app.front_door import where
from app.i18n import _, _l
from app.messages.wording.fit import fit_for_patients
from app.plans.form.weekdays import weekday_choices
from app.today import typed_day
from models.treatment import TreatmentPlan


class WishesForm(Form):
    """At which place, where there are several; with whom, on which days, at which hours, in which stay; and a note that goes out
    with the dates.
    """

    place = SelectField(_l("Location"), default="", validate_choice=False)
    preferred_staff = SelectField(_l("With"), default="")
    weekdays = SelectMultipleField(_l("Preferred days"))
    from_time = TimeField(_l("Earliest time"), [OPTIONAL, at_most(8)])
    to_time = TimeField(_l("Latest time"), [OPTIONAL, at_most(8)])
    first_day = DayField(_l("In town from"), [OPTIONAL, at_most(20)])
    last_day = DayField(_l("In town until"), [OPTIONAL, at_most(20)])
    note_to_patient = TextAreaField(_l("Note to the patient"), [OPTIONAL, at_most(2000), fit_for_patients])

    def validate_place(self, field: Any) -> None:
        if field.data and self.chosen_place() is None:
            raise ValidationError(_l("Choose one of the list."))

    def validate_to_time(self, field: Any) -> None:
        if field.time and self.from_time.time and field.time <= self.from_time.time:
            raise ValidationError(_l("The end must be later than the beginning."))

    def validate_last_day(self, field: Any) -> None:
        if field.day and self.first_day.day and field.day < self.first_day.day:
            raise ValidationError(_l("The last day must not be before the first."))

    def offer(self, people: list[tuple[str, str]]) -> None:
        """What can be chosen. `people`: those who treat, by id."""
        self.preferred_staff.choices = [("", _("Anyone")), *people]
        self.weekdays.choices = weekday_choices()
        self.place.choices = where.options()

    def chosen_place(self) -> int | None:
        """The place that was chosen; None: where it is, or where there is only one."""
        return where.chosen(self.place.data)

    def note(self) -> str:
        """What is written to the patient."""
        return (self.note_to_patient.data or "").strip()

    def preferred(self) -> int | None:
        """The person wished for; None: anyone."""
        return int(self.preferred_staff.data) if self.preferred_staff.data else None

    def preferences(self) -> dict[str, Any]:
        """As a plan keeps them, as far as given."""
        known: dict[str, Any] = {
            "weekdays": sorted(int(day) for day in self.weekdays.data or []), "hours": self._hours(),
            "stay_from": self.first_day.day and self.first_day.day.isoformat(),
            "stay_to": self.last_day.day and self.last_day.day.isoformat(),
        }  # fmt: skip
        return {name: value for name, value in known.items() if value}

    def _hours(self) -> list[list[str]]:
        """From and to, as far as typed; an end that is missing is the end of the day."""
        begin, end = self.from_time.time, self.to_time.time
        return [[f"{begin or time(0):%H:%M}", f"{end or time(23, 59):%H:%M}"]] if begin or end else []


def typed_wishes(plan: TreatmentPlan) -> dict[str, Any]:
    """A plan's wishes as they stand in the fields."""
    said = plan.preferences or {}
    begin, end = (said.get("hours") or [["", ""]])[0]
    days = {
        name: typed_day(date.fromisoformat(said[key]))
        for name, key in (("first_day", "stay_from"), ("last_day", "stay_to"))
        if said.get(key)
    }
    return {
        "place": str(plan.location_id), "preferred_staff": plan.preferred_staff_id or "", "from_time": begin, "to_time": end, **days,
        "note_to_patient": plan.note_to_patient,
    }  # fmt: skip
