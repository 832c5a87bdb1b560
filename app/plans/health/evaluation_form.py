"""The physician's evaluation as a form: one question a rule, and what it led to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, Form, FormField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError

from app.forms import OPTIONAL, REQUIRED, FormOnce, at_most, one_line
from app.i18n import _, _l, language
from app.library.loader import shipped
from app.patients import consents
from app.plans.health.evaluations import NO, YES, NewEvaluation
from app.plans.health.findings import NewFinding
from app.plans.health.past_day import PastDayField, after_since
from app.today import typed_day
from models.patient import ConsentKind, Finding, Patient, Suitability


def area_choices() -> list[tuple[str, str]]:
    """Every area, and everywhere."""
    return [("", _("everywhere")), *((area.key, area.names.in_(language())) for area in shipped().areas.values())]


def product_choices() -> list[tuple[str, str]]:
    """Every product a protocol may use."""
    return [("", _("not known which")), *((key, word.names.in_(language())) for key, word in shipped().words["products"].items())]


class AskedForm(Form):
    """The answer to one question, and more about a yes."""

    answer = RadioField(_l("Answer"), choices=[(YES, _l("Yes")), (NO, _l("No"))], validate_choice=False)
    since = PastDayField(_l("Since"), [OPTIONAL, at_most(20)])
    ended = PastDayField(_l("Over since"), [OPTIONAL, at_most(20), after_since])
    area = SelectField(_l("Where"), default="")
    product = SelectField(_l("Product"), default="")
    note = StringField(_l("Note"), [OPTIONAL, at_most(500), one_line])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area.choices, self.product.choices = area_choices(), product_choices()

    def finding(self, rule: str, day: date) -> NewFinding:
        return NewFinding(
            rule=rule, since=self.since.day or self.ended.day or day, area=self.area.data or None, event_ended_on=self.ended.day,
            product=self.product.data or None, note=(self.note.data or "").strip(),
        )  # fmt: skip


class EvaluationForm(FormOnce):
    """`asked`: the rules put to this patient. Made by `form_for`, which adds a field for each."""

    day = PastDayField(_l("Day of the evaluation"), [REQUIRED, at_most(20)])
    others_no = BooleanField(_l("All questions without an answer: no"))
    suitability = RadioField(
        _l("Suitability"), [REQUIRED],
        choices=[(Suitability.SUITABLE.value, _l("Suitable")), (Suitability.WITH_CONDITIONS.value, _l("Suitable with conditions")),
                 (Suitability.NOT_NOW.value, _l("Not now"))],
    )  # fmt: skip
    expectations = TextAreaField(_l("Expectations discussed"), [OPTIONAL, at_most(4000)])
    note = TextAreaField(_l("Note for the record"), [OPTIONAL, at_most(4000)])
    consents = SelectMultipleField(_l("Consents the patient gives today"))
    sign = BooleanField(_l("I sign this evaluation"), default=True)
    asked: tuple[str, ...] = ()

    def validate_others_no(self, field: Any) -> None:
        if self.sign.data and not field.data and self.unanswered():
            raise ValidationError(_l("To sign, answer every question, or tick that all others are no."))

    def unanswered(self) -> list[str]:
        return [rule for rule in self.asked if self.of(rule).answer.data not in (YES, NO)]

    def of(self, rule: str) -> AskedForm:
        """The form of one question."""
        asked: Any = self[field_name(rule)]
        inner: AskedForm = asked.form
        return inner

    def offer_consents(self, patient: Patient) -> None:
        """Only those the patient has not given; none is ticked beforehand."""
        self.consents.choices = [(kind.value, consents.text(kind)) for kind in consents.ASKED if not consents.live(patient, kind)]

    def chosen(self, standing: Sequence[Finding]) -> NewEvaluation:
        """`standing`: findings on record; a yes to one of their questions keeps them, a no ends them."""
        assert self.day.day is not None
        answers = {rule: self._answer(rule) for rule in self.asked}
        known = {finding.rule for finding in standing}
        return NewEvaluation(
            day=self.day.day, suitability=Suitability(self.suitability.data), asked={r: a for r, a in answers.items() if a},
            found=tuple(self.of(r).finding(r, self.day.day) for r, a in answers.items() if a == YES and r not in known),
            over=tuple(f for f in standing if answers.get(f.rule) == NO),
            expectations=(self.expectations.data or "").strip(), note=(self.note.data or "").strip(),
            consents=tuple(ConsentKind(kind) for kind in self.consents.data or []), sign=bool(self.sign.data),
        )  # fmt: skip

    def _answer(self, rule: str) -> str:
        typed = self.of(rule).answer.data
        return typed if typed in (YES, NO) else NO if self.others_no.data else ""


def form_for(rules: Sequence[str], patient: Patient, standing: Sequence[Finding], today: date) -> EvaluationForm:
    """The form with a question for each rule; what stands on record is answered already."""
    fields: dict[str, Any] = {field_name(rule): FormField(AskedForm) for rule in rules}
    made: type[EvaluationForm] = type("EvaluationForm", (EvaluationForm,), {**fields, "asked": tuple(rules)})
    known = {field_name(f.rule): {"answer": YES, "since": typed_day(f.since), "area": f.area or "", "note": f.note} for f in standing}
    form = made(data={"day": typed_day(today), **known})
    form.offer_consents(patient)
    return form


def field_name(rule: str) -> str:
    return f"q_{rule}"
