"""The plan builder's form: one or more courses, and how the patient likes to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from wtforms import FieldList, FormField, HiddenField, IntegerField, SelectField, SelectMultipleField, TextAreaField, ValidationError

from app.forms import OPTIONAL, REQUIRED, DayField, FormOnce, TimeField, at_most, whole_number
from app.i18n import _, _l, language, named
from app.library.loader import shipped
from app.plans import numbers
from app.plans.creation import NewCourse, NewPlan, StartsAfter
from app.plans.number_fields import NumbersForm, typed_numbers
from app.series.contents import content_of, names_of
from app.today import typed_day
from models.clinic import Location
from models.protocol import ProtocolVersion

MOST_COURSES = 4


class CourseForm(NumbersForm):
    """One course. `usual_for` remembers which variant the numbers were filled in for."""

    version_id = HiddenField(validators=[REQUIRED])
    usual_for = HiddenField()
    variant = SelectField(_l("Variant"))
    area = SelectField(_l("Area"))
    start = DayField(_l("From"), [REQUIRED, at_most(20)])
    after_step = IntegerField(_l("Begins after session"), [OPTIONAL, *whole_number(1, 24)])
    after_days = IntegerField(_l("days later"), [OPTIONAL, *whole_number(0, 365)])
    keep_apart_days = IntegerField(_l("Days to keep between its sessions and those of the other courses"), [OPTIONAL, *whole_number(0, 90)])
    version: ProtocolVersion
    is_set_up = False

    def set_up(self, version: ProtocolVersion) -> None:
        """What can be chosen follows from the protocol."""
        said, here = content_of(version), language()
        self.version, self.is_set_up = version, True
        inside = [area for area in shipped().areas.values() if shipped().contains(said.area, area.key)]
        self.area.choices = [(area.key, area.names.in_(here)) for area in inside]
        self.variant.choices = [("", _("Usual")), *((v.key, v.names.in_(here)) for v in said.variants.values())]

    @property
    def name(self) -> str:
        """The protocol's name in the page's language."""
        return named(names_of(self.version))

    def chosen(self, place: int) -> NewCourse:
        """`place`: of this course in the plan, from 0."""
        assert self.start.day is not None
        after = StartsAfter(0, self.after_step.data, self.after_days.data or 0) if place and self.after_step.data else None
        return NewCourse(
            self.version, self.area.data, self.start.day, self.chosen_numbers(), self.variant.data or None, self.agreed_sessions.data,
            after, self.keep_apart_days.data,
        )  # fmt: skip


class PlanForm(FormOnce):
    """The whole plan."""

    courses = FieldList(FormField(CourseForm))
    combine = SelectField(_l("Another protocol"), default="", validate_choice=False)
    preferred_staff = SelectField(_l("With"), default="")
    weekdays = SelectMultipleField(_l("Preferred days"))
    from_time = TimeField(_l("from"), [OPTIONAL, at_most(8)])
    to_time = TimeField(_l("to"), [OPTIONAL, at_most(8)])
    first_day = DayField(_l("In town from"), [OPTIONAL, at_most(20)])
    last_day = DayField(_l("until"), [OPTIONAL, at_most(20)])
    note_to_patient = TextAreaField(_l("Note to the patient"), [OPTIONAL, at_most(2000)])

    def validate_to_time(self, field: Any) -> None:
        if field.time and self.from_time.time and field.time <= self.from_time.time:
            raise ValidationError(_l("The end must be later than the beginning."))

    def validate_last_day(self, field: Any) -> None:
        if field.day and self.first_day.day and field.day < self.first_day.day:
            raise ValidationError(_l("The last day must not be before the first."))

    def set_up(self, versions: Mapping[str, ProtocolVersion], people: list[tuple[str, str]], weekdays: list[tuple[str, str]]) -> None:
        """What can be chosen. `versions`: every protocol that may be used now, by id."""
        for entry in self.courses:
            if version := versions.get(entry.form.version_id.data or ""):
                entry.form.set_up(version)
            else:
                entry.form.area.choices = entry.form.variant.choices = []
        self.combine.choices = [("", _("Choose")), *((key, named(names_of(version))) for key, version in versions.items())]
        self.preferred_staff.choices = [("", _("Anyone")), *people]
        self.weekdays.choices = weekdays

    def chosen(self, physician_id: int, location: Location) -> NewPlan:
        preferences: dict[str, Any] = {
            "weekdays": sorted(int(day) for day in self.weekdays.data or []),
            "hours": self._hours(),
            "stay_from": self.first_day.day and self.first_day.day.isoformat(),
            "stay_to": self.last_day.day and self.last_day.day.isoformat(),
        }
        return NewPlan(
            courses=[entry.form.chosen(place) for place, entry in enumerate(self.courses)], physician_id=physician_id, location=location,
            note_to_patient=(self.note_to_patient.data or "").strip(),
            preferred_staff_id=int(self.preferred_staff.data) if self.preferred_staff.data else None,
            preferences={name: value for name, value in preferences.items() if value},
        )  # fmt: skip

    def _hours(self) -> list[list[str]]:
        """From and to, as far as typed; an end that is missing is the end of the day."""
        begin, end = self.from_time.time, self.to_time.time
        return [[f"{begin or time(0):%H:%M}", f"{end or time(23, 59):%H:%M}"]] if begin or end else []


def typed_course(version: ProtocolVersion, start: date, **more: Any) -> dict[str, Any]:
    """A course as the form first shows it: the protocol's own numbers."""
    said = content_of(version)
    values = {"version_id": str(version.id), "usual_for": "", "variant": "", "area": said.area, "start": typed_day(start)}
    return {**values, **typed_numbers(numbers.of_protocol(said, None)), **more}
