"""What is typed about a complication."""

from __future__ import annotations

from typing import Any

from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError

from app.complications.actions import Told
from app.complications.words import how_words, severity_words, sign_words
from app.forms import OPTIONAL, REQUIRED, DayField, Form, FormOfVersion, FormOnce, TimeField, at_most, one_line, row_id
from app.i18n import _, _l
from models import clock
from models.complication import NoticedHow, Severity


class Fields(Form):
    """Session, moment, signs, severity, what was done, outcome, report to the authority."""

    session = SelectField(_l("After which session?"), [OPTIONAL])
    area = SelectField(_l("Area"), [OPTIONAL])
    noticed_on = DayField(_l("Seen or phoned on"), [REQUIRED, at_most(40)])
    noticed_at = TimeField(_l("At"), [REQUIRED, at_most(10)])
    noticed_how = RadioField(_l("How?"))
    signs = SelectMultipleField(_l("Signs"))
    signs_free = TextAreaField(_l("Other signs, in words"), [at_most(2000)])
    severity = RadioField(_l("How severe?"))
    done = TextAreaField(_l("What was done"), [OPTIONAL, at_most(2000)])
    lot = SelectField(_l("Product and lot used for it"), [OPTIONAL])
    outcome = TextAreaField(_l("Outcome"), [OPTIONAL, at_most(2000)])
    reported_on = DayField(_l("Reported to the authority on"), [OPTIONAL, at_most(40)])
    reported_to = StringField(_l("To whom"), [OPTIONAL, at_most(120), one_line])

    def offer(self, sessions: list[tuple[str, str]], areas: list[tuple[str, str]], lots: list[tuple[str, str]]) -> None:
        """The choices of its selects."""
        self.session.choices, self.lot.choices = [("", _("none of them")), *sessions], [("", _("none")), *lots]
        self.area.choices = [("", _("that of the session")), *areas]
        self.noticed_how.choices = [(one.value, how_words(one)) for one in NoticedHow]
        self.severity.choices = [(one.value, severity_words(one)) for one in Severity]
        self.signs.choices = list(sign_words().items())

    def validate_signs_free(self, field: Field) -> None:
        if not self.signs.data and not (field.data or "").strip():
            raise ValidationError(_("Choose a sign from the list or write it here."))

    def chosen(self, zone: str, area_of: dict[int, str]) -> Told:
        """What was typed. `area_of`: where each session was done."""
        assert self.noticed_on.day is not None
        assert self.noticed_at.time is not None
        session_id = row_id(self.session.data)
        return Told(
            session_id, self.area.data or area_of.get(session_id or 0, ""), clock.at(self.noticed_on.day, self.noticed_at.time, zone),
            NoticedHow(self.noticed_how.data), list(self.signs.data or []), _text(self.signs_free), Severity(self.severity.data),
            _text(self.done), row_id(self.lot.data), _text(self.outcome), self.reported_on.day, _text(self.reported_to),
        )  # fmt: skip


class OpenForm(Fields, FormOnce):
    """A new one."""


class SaveForm(Fields, FormOfVersion):
    """One that is being followed."""


class MoveForm(FormOfVersion):
    """Clear it, or open it again."""


def _text(field: Any) -> str:
    return (field.data or "").strip()
