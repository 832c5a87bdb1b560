"""What is typed about outcomes."""

from __future__ import annotations

from typing import Any

from wtforms import Field, SelectField, StringField, ValidationError

from app.forms import OPTIONAL, REQUIRED, DayField, Form, FormOnce, at_most, one_line, row_id
from app.i18n import _, _l
from app.outcomes.values import hint_of, measure_words, read_value
from app.today import today_of
from models import clock
from models.outcome import Measure


class OutcomeForm(FormOnce):
    """A day, the session it was taken at, and a field for each measure; at least one is filled."""

    day = DayField(_l("Measured on"), [REQUIRED, at_most(40)])
    session = SelectField(_l("Session"), [OPTIONAL])
    gais_physician, gais_patient, satisfaction, pain, hair_density_per_cm2, hair_diameter = (
        StringField(validators=[at_most(10)]) for _measure in Measure
    )

    def offer(self, sessions: list[tuple[str, str]], measures: list[Measure]) -> None:
        """The sessions to choose from, and the measures that belong to the course; the others are no fields of it."""
        self.session.choices = [("", _("the whole course")), *sessions]
        for measure in Measure:
            if measure not in measures:
                del self[measure.value]
                continue
            field = self[measure.value]
            field.label.text, field.description = measure_words(measure), hint_of(measure)

    def validate_day(self, field: Any) -> None:
        if field.day and field.day > today_of(clock.now()):
            raise ValidationError(_("This day has not come yet."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Every value fits its scale, and there is one."""
        well = super().validate(extra_validators)
        filled = [field for field in self.measured() if (field.data or "").strip()]
        for field in filled:
            try:
                read_value(Measure(field.name), field.data)
            except ValueError as no:
                field.errors, well = [str(no)], False
        if well and not filled:
            self.measured()[0].errors, well = [_("Fill in at least one value.")], False
        return well

    def measured(self) -> list[Field]:
        """The fields of the measures."""
        return [self[measure.value] for measure in Measure if measure.value in self]

    def values(self) -> dict[Measure, float]:
        """What was typed."""
        return {Measure(one.name): read_value(Measure(one.name), one.data) for one in self.measured() if (one.data or "").strip()}

    def session_id(self) -> int | None:
        return row_id(self.session.data)


class StrikeForm(Form):
    """Why a value was wrong."""

    why = StringField(_l("What was wrong?"), [REQUIRED, at_most(300), one_line])
