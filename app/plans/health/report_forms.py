"""What a patient reports, and the physician's decision, as forms."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import RadioField, SelectField, StringField, TextAreaField, ValidationError

from app.forms import OPTIONAL, REQUIRED, Form, FormOnce, at_most, one_line
from app.i18n import _, _l
from app.plans.health.evaluation_form import area_choices
from app.plans.health.findings import NewFinding
from app.plans.health.hold_forms import rule_choices
from app.plans.health.past_day import PastDayField
from app.plans.health.reports import NewReport
from models.patient import Decision


class ReportForm(FormOnce):
    """What a patient says; anyone may enter it."""

    words = TextAreaField(_l("What the patient says, in their words"), [REQUIRED, at_most(2000)])
    rule = SelectField(_l("What it may be, if known"))
    told_by = StringField(_l("Who told us"), [OPTIONAL, at_most(80), one_line])
    channel = RadioField(
        _l("How"), default="phone",
        choices=[("phone", _l("by phone")), ("here", _l("in the clinic")), ("email", _l("by e-mail")), ("other", _l("another way"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule.choices = rule_choices(_("not known"))

    def chosen(self) -> NewReport:
        return NewReport((self.words.data or "").strip(), self.rule.data or None, (self.told_by.data or "").strip(), self.channel.data)


class DecideForm(Form):
    """The physician's decision on a report."""

    decision = RadioField(
        _l("Decision"), [REQUIRED],
        choices=[(Decision.NOT_CONFIRMED.value, _l("Not confirmed: go on")), (Decision.HOLD.value, _l("Hold")),
                 (Decision.TREAT.value, _l("Treat all the same, with a reason"))],
    )  # fmt: skip
    rule = SelectField(_l("Finding that holds"))
    area = SelectField(_l("Where"))
    since = PastDayField(_l("Since"), [OPTIONAL, at_most(20)])
    why = StringField(_l("Reason"), [at_most(300), one_line])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule.choices, self.area.choices = rule_choices(_("another reason, written below")), area_choices()

    def validate_why(self, field: Any) -> None:
        alone = self.decision.data == Decision.HOLD.value and not self.rule.data
        if (alone or self.decision.data == Decision.TREAT.value) and not (field.data or "").strip():
            raise ValidationError(_l("Write down the reason."))

    def finding(self, today: date) -> NewFinding | None:
        """The finding that a hold rests on; None: a reason alone."""
        if self.decision.data != Decision.HOLD.value or not self.rule.data:
            return None
        return NewFinding(self.rule.data, self.since.day or today, self.area.data or None, note=(self.why.data or "").strip())
