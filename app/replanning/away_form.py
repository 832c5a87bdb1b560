"""Who is away, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from wtforms import SelectField, ValidationError

from app.forms import OPTIONAL, REQUIRED, DayField, FormOnce
from app.i18n import _, _l
from app.staff.forms import AbsenceFacts
from app.today import today_of, typed_day
from models.base import db
from models.staff import StaffMember


class AwayForm(FormOnce):
    """Somebody cannot come."""

    person = SelectField(_l("Who is away"), [REQUIRED])
    first = DayField(_l("From"), [REQUIRED])
    last = DayField(_l("To"), [OPTIONAL])

    def __init__(self, now: datetime, **kwargs: Any) -> None:
        super().__init__(data={"first": typed_day(today_of(now))}, **kwargs)
        people = db.session.scalars(select(StaffMember).where(StaffMember.active, StaffMember.hours.any()).order_by(StaffMember.name))
        self.person.choices = [("", _("Choose")), *((str(one.id), one.name) for one in people)]

    def validate_last(self, field: Any) -> None:
        if field.day and self.first.day and field.day < self.first.day:
            raise ValidationError(_("The last day must not be before the first."))

    def chosen(self) -> tuple[StaffMember, AbsenceFacts]:
        """Who, and when."""
        assert self.first.day is not None
        when = AbsenceFacts(self.first.day, self.last.day or self.first.day, None, None, "")
        return db.session.get_one(StaffMember, int(self.person.data)), when
