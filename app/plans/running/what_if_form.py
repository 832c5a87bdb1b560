"""What is asked about a course: one thing that could be otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from wtforms import Field, SelectField, StringField, ValidationError

from app.forms import OPTIONAL, DayField, Form, at_most
from app.i18n import _, _l
from app.planning.question import BadQuestion, Question
from app.planning.what_if import done_on, held, left_out, not_done, one_more


class What(StrEnum):
    """What could be otherwise."""

    DONE_ON = "done_on"
    NOT_DONE = "not_done"
    LEFT_OUT = "left_out"
    HELD = "held"
    ONE_MORE = "one_more"


@dataclass(frozen=True)
class Asked:
    """The question as it would be. `left_out`: the step it does without."""

    question: Question
    left_out: int | None = None


class WhatIfForm(Form):
    """One of five questions; only the fields of the chosen one are read."""

    what = StringField()
    session = SelectField(_l("Session"), [OPTIONAL])
    day = DayField(_l("is done on"), [at_most(40)])
    missed = SelectField(_l("Session"), [OPTIONAL])
    without = SelectField(_l("Session"), [OPTIONAL])
    first = DayField(_l("Pause from"), [at_most(40)])
    last = DayField(_l("to"), [OPTIONAL, at_most(40)])

    def offer(self, steps: Mapping[int, date | None], booked: list[int], today: date) -> None:
        """The sessions still to come with the day each lies on, and those of them that are booked. `+10d` counts from its day."""
        self.today, choices = today, [(str(step), str(step)) for step in steps]
        self.day.counted_from = next((day for step, day in steps.items() if str(step) == self.session.data), None)
        self.session.choices, self.without.choices = choices, list(choices)
        self.missed.choices = [(str(step), str(step)) for step in booked]

    def validate_day(self, field: Any) -> None:
        if self.what.data == What.DONE_ON and (field.day is None or field.day < self.today):
            raise ValidationError(_("Enter today or a later day, such as 3.12 or +4w."))

    def validate_first(self, field: Any) -> None:
        if self.what.data == What.HELD and field.day is None:
            raise ValidationError(_("Enter the day on which the pause begins, such as 3.12 or +4w."))

    def validate_last(self, field: Field) -> None:
        if self.what.data == What.HELD and self.last.day and self.first.day and self.last.day < self.first.day:
            raise ValidationError(_("A pause ends on its first day or later."))

    def validate_without(self, field: Field) -> None:
        if self.what.data == What.LEFT_OUT and not field.data:
            raise ValidationError(_("Choose a session."))

    def validate_missed(self, field: Field) -> None:
        if self.what.data == What.NOT_DONE and not field.data:
            raise ValidationError(_("Choose a session."))

    def asked(self, now: Question) -> Asked | None:
        """The question that was asked; None for none, or one that makes no sense."""
        try:
            return self._asked(now)
        except BadQuestion:
            self.form_errors = [_("A series has at least one session.")]
            return None

    def _asked(self, now: Question) -> Asked | None:
        if self.what.data == What.DONE_ON and self.day.day and self.session.data:
            return Asked(done_on(now, int(self.session.data), self.day.day))
        if self.what.data == What.NOT_DONE and self.missed.data:
            return Asked(not_done(now, int(self.missed.data)))
        if self.what.data == What.LEFT_OUT and self.without.data:
            return Asked(left_out(now, int(self.without.data)), int(self.without.data))
        if self.what.data == What.HELD and self.first.day:
            return Asked(held(now, self.first.day, self.last.day))
        return Asked(one_more(now)) if self.what.data == What.ONE_MORE else None
