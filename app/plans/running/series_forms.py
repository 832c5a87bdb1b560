"""A review, an early end, and a session done elsewhere, as forms."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, StringField, ValidationError

from app.forms import OPTIONAL, REQUIRED, FormOfVersion, FormOnce, at_most, one_line, whole_number
from app.i18n import _l
from app.plans.health.past_day import DayOrMonthField, PastDayField
from app.plans.running.elsewhere import DoneElsewhere
from app.plans.running.reviews import MOST_MORE, NewReview
from models.treatment import ReviewResult


class ReviewForm(FormOfVersion):
    """How a review ended."""

    day = PastDayField(_l("Day of the review"), [REQUIRED, at_most(20)])
    result = RadioField(
        _l("Result"), [REQUIRED],
        choices=[(ReviewResult.CONTINUE.value, _l("Go on as planned")), (ReviewResult.EXTEND.value, _l("Extend the series")),
                 (ReviewResult.COMPLETE.value, _l("Complete, without maintenance")),
                 (ReviewResult.MAINTAIN.value, _l("Maintenance from now on"))],
    )  # fmt: skip
    extend_by = IntegerField(_l("Further sessions"), [OPTIONAL, *whole_number(1, MOST_MORE)])
    why = StringField(_l("Note"), [OPTIONAL, at_most(300), one_line])

    def validate_result(self, field: Any) -> None:
        if field.data == ReviewResult.EXTEND.value and not (self.extend_by.raw_data or [""])[0]:
            raise ValidationError(_l("Enter below by how many sessions to extend."))

    def chosen(self, after_step: int) -> NewReview:
        assert self.day.day is not None
        return NewReview(after_step, self.day.day, ReviewResult(self.result.data), (self.why.data or "").strip(), self.extend_by.data or 0)


class CloseForm(FormOfVersion):
    """An early end, with its reason."""

    why = StringField(_l("Why the plan ends"), [REQUIRED, at_most(300), one_line])


class ElsewhereForm(FormOnce):
    """A session done elsewhere, or before Seans."""

    when = DayOrMonthField(_l("Day, or month"), [REQUIRED, at_most(20)])
    place = StringField(_l("Where"), [REQUIRED, at_most(120), one_line])
    source = RadioField(
        _l("How we know"), default="patient",
        choices=[("document", _l("a document")), ("patient", _l("the patient says so")), ("old_file", _l("our old file"))],
    )  # fmt: skip
    counts = BooleanField(_l("I have looked at it: it counts"))

    def chosen(self) -> DoneElsewhere:
        assert self.when.day is not None
        return DoneElsewhere(self.when.day, (self.place.data or "").strip(), self.source.data, only_month=self.when.only_month)
