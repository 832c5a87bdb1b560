"""The numbers of a course as fields: sessions, the time between them, maintenance."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, ValidationError

from app.forms import OPTIONAL, REQUIRED, at_most, whole_number
from app.i18n import _l
from app.plans.form.lengths import LengthField, written
from app.plans.numbers import MOST_SESSIONS, CourseNumbers, Span, in_order


class SpanForm(Form):
    """Least, best and longest time between two sessions."""

    least = LengthField(_l("At least"), [REQUIRED, at_most(12)])
    ideal = LengthField(_l("Best"), [OPTIONAL, at_most(12)])
    most = LengthField(_l("At most"), [OPTIONAL, at_most(12)])

    def validate_most(self, field: Any) -> None:
        """Also here for `ideal`: of two lengths in the wrong order the later one is shown as wrong."""
        if not in_order(Span(self.least.length, self.ideal.length, field.length)):
            raise ValidationError(_l("Enter them in order: at least ≤ best ≤ at most."))

    def chosen(self) -> Span:
        return Span(self.least.length, self.ideal.length, self.most.length)


class NumbersForm(Form):
    """A course's numbers. `spans` holds one entry for every session from the second on."""

    sessions = IntegerField(_l("Sessions"), whole_number(1, MOST_SESSIONS))
    spans = FieldList(FormField(SpanForm))
    agreed_sessions = IntegerField(_l("Agreed number of sessions"), [OPTIONAL, *whole_number(1, 99)])
    keeps = BooleanField(_l("Maintenance after the series"))
    first = FormField(SpanForm)
    repeat = FormField(SpanForm)
    times = IntegerField(_l("How many times"), [OPTIONAL, *whole_number(1, 99)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Without maintenance its lengths are not asked."""
        well = super().validate(extra_validators)
        if self.keeps.data or well:
            return well
        for field in (self.first, self.repeat):
            for part in field.form:
                part.errors = []
        return not any(field.errors for field in self if field not in (self.first, self.repeat))

    def chosen_numbers(self) -> CourseNumbers:
        spans = {n: entry.form.chosen() for n, entry in enumerate(self.spans, start=2)}
        keeps = bool(self.keeps.data)
        return CourseNumbers(
            self.sessions.data or 0, spans, self.first.form.chosen() if keeps else None, self.repeat.form.chosen() if keeps else None,
            self.times.data if keeps else None,
        )  # fmt: skip


def typed_span(span: Span | None) -> dict[str, str]:
    """A span as it stands in its three fields."""
    return {"least": written(span.min), "ideal": written(span.ideal), "most": written(span.max)} if span else {}


def typed_numbers(numbers: CourseNumbers) -> dict[str, Any]:
    """A course's numbers as they stand in the fields."""
    return {
        "sessions": numbers.sessions,
        "spans": [typed_span(numbers.spans.get(n)) for n in range(2, numbers.sessions + 1)],
        "keeps": numbers.first is not None,
        "first": typed_span(numbers.first),
        "repeat": typed_span(numbers.repeat),
        "times": numbers.times,
    }
