"""What was wrong about a record, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wtforms import Field, RadioField, StringField, ValidationError

from app.forms import OPTIONAL, REQUIRED, DayField, FormOfVersion, TimeField, at_most, one_line, row_id
from app.i18n import _, _l
from app.treatments.forms import Shown
from app.treatments.mending import Mend
from models import clock
from models.correction import Mistake

NOBODY = "nobody"


class MendForm(FormOfVersion, Shown):
    """`what` decides which other fields are read."""

    what = RadioField(_l("What is wrong?"), choices=[
        (Mistake.WRONG_TIME.value, _l("The day or the time")), (Mistake.NEVER_HAPPENED.value, _l("It never happened: nothing was done")),
        (Mistake.WRONG_PATIENT.value, _l("The patient: somebody else was treated")),
    ])  # fmt: skip
    ended_on = DayField(_l("It really ended on"), [OPTIONAL, at_most(40)])
    ended_at = TimeField(_l("At"), [OPTIONAL, at_most(10)])
    whose = RadioField(_l("Who was treated?"), [OPTIONAL], validate_choice=False)
    why = StringField(_l("Why"), [REQUIRED, at_most(300), one_line])

    def validate_what(self, field: Field) -> None:
        if field.data not in list(Mistake):
            raise ValidationError(_("Choose one."))

    def validate_whose(self, field: Field) -> None:
        known = {value for value, _word, *_more in self.whose.iter_choices()}
        if self.what.data == Mistake.WRONG_PATIENT and field.data not in known:
            raise ValidationError(_("Choose one."))

    def validate(self, extra_validators: Any = None) -> bool:
        """A wrong time needs the right one."""
        good = super().validate(extra_validators)
        if self.what.data != Mistake.WRONG_TIME:
            return good
        for field, there in ((self.ended_on, self.ended_on.day), (self.ended_at, self.ended_at.time)):
            if there is None and not field.errors:
                field.errors = [_("Please fill this in.")]
                good = False
        return good

    def chosen(self, zone: str) -> Mend:
        """What was typed."""
        what, ended = Mistake(self.what.data), self._ended(zone)
        whose = row_id(self.whose.data) if what is Mistake.WRONG_PATIENT else None
        return Mend(what, (self.why.data or "").strip(), ended if what is Mistake.WRONG_TIME else None, whose)

    def decisive(self) -> Iterable[Field]:
        return self.what, self.ended_on, self.ended_at, self.whose

    def _ended(self, zone: str) -> datetime | None:
        if self.ended_on.day is None or self.ended_at.time is None:
            return None
        return clock.at(self.ended_on.day, self.ended_at.time, zone)
