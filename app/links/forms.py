"""How a patient wants to be written to."""

from __future__ import annotations

from dataclasses import dataclass

from wtforms import BooleanField

from app.forms import Form
from app.i18n import _l


@dataclass(frozen=True)
class Wishes:
    """Fewer mails; a call instead of mails; treatment words in mails; an earlier time when one becomes free."""

    fewer: bool
    by_phone: bool
    details: bool
    earlier: bool


class Preferences(Form):
    """Boxes, each as the record has it; nothing is ticked for the patient."""

    fewer = BooleanField(_l("Fewer e-mails: only dates, preparation and care"))
    by_phone = BooleanField(_l("Please phone me instead of writing"))
    details = BooleanField(_l("Write treatment details in my e-mails. E-mail is not encrypted."))

    earlier = BooleanField(_l("Tell me when an earlier time becomes free"))

    def chosen(self) -> Wishes:
        return Wishes(bool(self.fewer.data), bool(self.by_phone.data), bool(self.details.data), bool(self.earlier.data))
