"""The plan builder's form: one or more courses, and how the patient likes to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField, SelectField, StringField, ValidationError

from app.forms import OPTIONAL, REQUIRED, DayField, FormOnce, at_most, one_line, whole_number
from app.i18n import _, _l, language, named
from app.library.loader import shipped
from app.plans import numbers
from app.plans.creation import NewCourse, NewPlan, StartsAfter
from app.plans.form.lengths import LengthField
from app.plans.form.number_fields import NumbersForm, typed_numbers
from app.plans.form.wishes_form import WishesForm
from app.schedule.free.resources import place_of
from app.series.contents import content_of, names_of
from app.today import today_of, typed_day
from models import clock
from models.protocol import ProtocolVersion

MOST_COURSES = 4


class CourseForm(NumbersForm):
    """One course. `usual_for` remembers which variant the numbers were filled in for, `gap_for` which gap: the one that all
    sessions share, empty where they differ."""

    version_id = HiddenField(validators=[REQUIRED])
    usual_for = HiddenField()
    gap = LengthField(_l("Gap"), [OPTIONAL, at_most(12)])
    gap_for = HiddenField()
    variant = SelectField(_l("Variant"))
    area = SelectField(_l("Area"))
    start = DayField(_l("From"), [REQUIRED, at_most(20)])
    after_step = IntegerField(_l("Begins after session"), [OPTIONAL, *whole_number(1, 24)])
    after_days = IntegerField(_l("days later"), [OPTIONAL, *whole_number(0, 365)])
    keep_apart_days = IntegerField(_l("Days to keep between its sessions and those of the other courses"), [OPTIONAL, *whole_number(0, 90)])
    why = StringField(_l("Why more sessions than the protocol foresees"), [at_most(300), one_line])
    with_maintenance = BooleanField(_l("Place the first maintenance visit too"))
    version: ProtocolVersion
    is_set_up = False

    def validate_why(self, field: Any) -> None:
        if self.is_set_up and self.more_than_foreseen and not (field.data or "").strip():
            most = content_of(self.version).most_sessions
            raise ValidationError(_("The protocol foresees at most %(most)s sessions. Write down why there are more.", most=most))

    @property
    def more_than_foreseen(self) -> bool:
        """Whether there are more sessions than the protocol's longest series; the physician says why (docs/rules.md)."""
        return (self.sessions.data or 0) > content_of(self.version).most_sessions

    def validate_start(self, field: Any) -> None:
        if field.day and field.day < today_of(clock.now()):
            raise ValidationError(_l("A new series cannot begin before today. What was done before is recorded as done elsewhere."))

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
            after, self.keep_apart_days.data, (self.why.data or "").strip() if self.more_than_foreseen else "",
            self.with_maintenance.data and self.keeps.data,
        )  # fmt: skip


class PlanForm(WishesForm, FormOnce):
    """The whole plan."""

    courses = FieldList(FormField(CourseForm))
    why_early = StringField(_l("Why you allow a session below its minimum"), [at_most(300), one_line])
    combine = SelectField(_l("Another protocol"), default="", validate_choice=False)

    def set_up(self, versions: Mapping[str, ProtocolVersion], people: list[tuple[str, str]]) -> None:
        """What can be chosen. `versions`: every protocol that may be used now, by id."""
        for entry in self.courses:
            if version := versions.get(entry.form.version_id.data or ""):
                entry.form.set_up(version)
            else:
                entry.form.area.choices = entry.form.variant.choices = []
        self.combine.choices = [("", _("Choose")), *((key, named(names_of(version))) for key, version in versions.items())]
        self.offer(people)

    def chosen(self, physician_id: int) -> NewPlan:
        location = place_of([], self.chosen_place())
        return NewPlan(
            courses=[entry.form.chosen(place) for place, entry in enumerate(self.courses)], physician_id=physician_id, location=location,
            note_to_patient=self.note(), preferred_staff_id=self.preferred(), preferences=self.preferences(),
        )  # fmt: skip


def typed_course(version: ProtocolVersion, start: date, **more: Any) -> dict[str, Any]:
    """A course as the form first shows it: the protocol's own numbers."""
    said = content_of(version)
    values = {"version_id": str(version.id), "usual_for": "", "variant": "", "area": said.area, "start": typed_day(start)}
    return {**values, **typed_numbers(numbers.of_protocol(said, None)), **more}
