"""Holds and findings as forms: why a plan pauses, what was found, how a pause ends."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError

from app.forms import OPTIONAL, REQUIRED, DayField, Form, FormOfVersion, FormOnce, at_most, one_line
from app.i18n import _, _l, language
from app.library.loader import shipped
from app.plans.health.evaluation_form import area_choices, product_choices
from app.plans.health.findings import NewFinding
from app.plans.health.holds import Pause
from app.plans.health.past_day import PastDayField, after_since
from app.plans.words import EVENTS, event_words

UNTIL_DAY, UNTIL_EVENT, OPEN = "day", "event", "open"
SHOW = "show"
"""The button that only shows what the pause would do."""


def rule_choices(first: str) -> list[tuple[str, str]]:
    """Every rule a finding can fall under; `first`: the words for none."""
    known = [rule for rule in shipped().rules.values() if rule.same_question_as is None]
    return [("", first), *((rule.key, rule.names.in_(language())) for rule in known)]


class HoldForm(FormOfVersion):
    """Why a plan pauses, and until when. `looking`: what it would do is asked, so the reason may come later."""

    looking = False

    scope = SelectField(_l("What pauses"))
    rule = SelectField(_l("Medical reason"))
    reason = StringField(_l("Reason"), [at_most(300), one_line])
    from_day = DayField(_l("From"), [REQUIRED, at_most(20)])
    until = RadioField(
        _l("Until"), default=OPEN,
        choices=[(UNTIL_DAY, _l("a day")), (UNTIL_EVENT, _l("something is recorded")), (OPEN, _l("a physician ends it"))],
    )  # fmt: skip
    until_day = DayField(_l("Last day of the pause"), [at_most(20)])
    until_event = SelectField(_l("What must be recorded"))
    review_on = DayField(_l("Ask the physician again on"), [OPTIONAL, at_most(20)])

    def set_up(self, courses: list[tuple[str, str]]) -> None:
        self.scope.choices = [("", _("The whole plan")), *(courses if len(courses) > 1 else [])]
        self.rule.choices = rule_choices(_("none"))
        self.until_event.choices = [(event, event_words(event)) for event in EVENTS]

    def validate_reason(self, field: Any) -> None:
        if not (field.data or "").strip() and not self.rule.data and not self.looking:
            raise ValidationError(_l("Enter a reason, or choose a medical one."))

    def validate_until_day(self, field: Any) -> None:
        if self.until.data != UNTIL_DAY:
            return
        if field.day is None and not field.errors:
            raise ValidationError(_l("Enter the last day of the pause."))
        if field.day and self.from_day.day and field.day < self.from_day.day:
            raise ValidationError(_l("The last day must not be before the first."))

    @property
    def last_day(self) -> date | None:
        """The last day it covers; None while no day ends it."""
        return self.until_day.day if self.until.data == UNTIL_DAY else None

    def chosen(self) -> Pause:
        until = self.until.data
        return Pause(
            reason=(self.reason.data or "").strip(), rule=self.rule.data or None, from_day=self.from_day.day,
            until_day=self.last_day,
            until_event=self.until_event.data if until == UNTIL_EVENT else None,
            review_on=self.review_on.day if until != UNTIL_DAY else None,
        )  # fmt: skip


ENDED, ALLOWED = "ended", "allowed"


class HowItEnds:
    """What became of a finding, or why a pause ends. `began`: the day the finding is there since."""

    began: date | None = None
    how = RadioField(_l("What became of it"), [REQUIRED],
                     choices=[(ENDED, _l("It is over")), (ALLOWED, _l("It stands, but treatment may go on"))])  # fmt: skip
    ended = PastDayField(_l("Over since"), [at_most(20)])
    why = StringField(_l("Why"), [at_most(300), one_line])

    def validate_ended(self, field: Any) -> None:
        if self.how.data == ENDED and field.day is None and not field.errors:
            raise ValidationError(_l("Enter the day since when it is over."))
        if self.how.data == ENDED and field.day and self.began and field.day < self.began:
            raise ValidationError(_l("It cannot be over before it began."))

    def validate_why(self, field: Any) -> None:
        if self.how.data == ALLOWED and not (field.data or "").strip():
            raise ValidationError(_l("Write down why treatment may go on."))


class ResumeForm(FormOfVersion):
    """Why a hold ends."""

    why = StringField(_l("Why"), [REQUIRED, at_most(300), one_line])


class ResumeFindingForm(HowItEnds, FormOfVersion):
    """How a hold ends that rests on a finding."""


class FindingEndForm(HowItEnds, Form):
    """How a finding ends that holds no plan."""


class FindingForm(FormOnce):
    """What was found."""

    rule = SelectField(_l("Finding"), [REQUIRED])
    area = SelectField(_l("Where"))
    product = SelectField(_l("Product"))
    since = PastDayField(_l("Since"), [REQUIRED, at_most(20)])
    ended = PastDayField(_l("Over since"), [OPTIONAL, at_most(20), after_since])
    note = TextAreaField(_l("Note"), [OPTIONAL, at_most(2000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule.choices, self.area.choices, self.product.choices = rule_choices(_("Choose")), area_choices(), product_choices()

    def chosen(self) -> NewFinding:
        assert self.since.day is not None
        return NewFinding(self.rule.data, self.since.day, self.area.data or None, self.ended.day, self.product.data or None,
                          (self.note.data or "").strip())  # fmt: skip
