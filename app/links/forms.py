"""How a patient wants to be written to."""

from __future__ import annotations

from dataclasses import dataclass

from wtforms import BooleanField

from app.forms import Form
from app.i18n import _l


@dataclass(frozen=True)
class Wishes:
    """What the patient wants by mail, class by class; fewer of them, a call instead, treatment words in them."""

    fewer: bool
    earlier: bool
    check_ins: bool
    results: bool
    recall: bool
    by_phone: bool
    details: bool


class Preferences(Form):
    """Boxes, each as the record has it; nothing is ticked for the patient."""

    fewer = BooleanField(_l("Fewer e-mails: only dates, preparation and care"))
    earlier = BooleanField(_l("Tell me when an earlier time becomes free"))
    check_ins = BooleanField(_l("Ask me by e-mail how I am after a visit"))
    results = BooleanField(_l("Ask me by e-mail about the result"))
    recall = BooleanField(_l("Write to me when a maintenance visit is due"))
    by_phone = BooleanField(_l("Please phone me instead of writing"))
    details = BooleanField(_l("Write treatment details in my e-mails. E-mail is not encrypted."))

    def chosen(self) -> Wishes:
        return Wishes(**{name: bool(field.data) for name, field in self._fields.items() if name in Wishes.__dataclass_fields__})
