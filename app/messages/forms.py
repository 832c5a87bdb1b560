"""What is chosen on the pages of the outbox."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField

from app.forms import Form
from app.i18n import _, _l
from app.messages.ends import BY_HAND, Why


class WithdrawForm(Form):
    """Why a mail is kept from going. A choice, never free text: nothing about a patient is typed here."""

    why = RadioField(_l("Why does it not go?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            Why.TOLD_BY_HAND: _("The patient was told already"), Why.NOT_RIGHT: _("What it says is not right"),
            Why.NOT_WISHED: _("The patient asked not to get it"), Why.BY_STAFF: _("Another reason"),
        }  # fmt: skip
        self.why.choices = [(why.value, words[why]) for why in BY_HAND]

    def chosen(self) -> Why:
        return Why(str(self.why.data))
