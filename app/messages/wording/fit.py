"""What somebody of the clinic writes to patients in a field of a form: what may not stand in it."""

from __future__ import annotations

from typing import Any

from wtforms import ValidationError

from app.i18n import _, _l
from app.library import texts
from app.library.loader import shipped
from app.library.names import LANGUAGES
from app.messages.wording.faults import WORDS

_NO_ADDRESS = WORDS["address"]


def fit_for_patients(_form: Any, field: Any) -> None:
    """Refuse a promise, an advertisement, a word that may lead somebody to stop a medicine (docs/rules.md), and what leads away."""
    text = field.data or ""
    if texts.leads_away(text):
        raise ValidationError(_(_NO_ADDRESS))
    for language in LANGUAGES:
        if word := texts.promise_in(text, language, shipped()):
            raise ValidationError(_l("“%(word)s” may not stand in what a patient reads: no promise, price or comparison.", word=word))
        if texts.stops_medicine(text, language):
            raise ValidationError(_l("This reads as if a medicine should be stopped. Leave that to the doctor who gave it."))


def names_no_treatment(_form: Any, field: Any) -> None:
    """E-mail is not encrypted: the words that go to everybody name neither a treatment nor a product."""
    for language in LANGUAGES:
        if word := texts.procedure_in(field.data or "", language, shipped()):
            raise ValidationError(_("“%(word)s” names a treatment. This text also goes to patients who want none named.", word=word))
