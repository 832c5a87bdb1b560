"""What is chosen and typed on the page of a mail that belongs to nobody."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from wtforms import HiddenField, RadioField, StringField

from app.forms import REQUIRED, Form, Needed, at_most, one_line
from app.i18n import _, _l
from app.inbound.reading import Fate

NO_ADDRESS = "-"


class TheirsForm(Form):
    """Whose it is; where it is a report, also about which of their addresses."""

    patient = HiddenField(validators=[REQUIRED])
    about = RadioField(_l("Which address is it about?"), [Needed(_l("Choose one."))])

    def ask_about(self, addresses: Collection[str], named: Collection[str], fate: Fate | None) -> None:
        """Let choose one of these addresses; one that the report names is chosen already. Without a fate nothing is asked."""
        if fate is None:
            del self.about
            return
        does = _("nothing is mailed there until somebody asked for another address")
        told = does if fate is Fate.NO_SUCH_ADDRESS else _("our last mail there did not arrive")
        self.about.choices = [*((one, f"{one} ({told})") for one in addresses), (NO_ADDRESS, _("I cannot say: somebody asks the patient"))]
        if self.about.data is None:
            self.about.data = next((one for one in addresses if one in named), None)

    def address(self) -> str:
        """The address that was chosen; empty where none was."""
        chosen: Any = self.about.data if "about" in self else None
        return "" if chosen in (None, NO_ADDRESS) else str(chosen)


class NothingToDoForm(Form):
    """Why nobody has to do anything about it."""

    why = StringField(_l("Why is there nothing to do?"), [REQUIRED, at_most(200), one_line])
