"""What is typed about a performed session: when, by whom, with which lot, how the skin answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms import Form as Part

from app.errors import Refused
from app.forms import OPTIONAL, REQUIRED, DayField, Form, FormOfVersion, TimeField, at_most, one_line, row_id
from app.i18n import _, _l
from app.library.loader import shipped
from app.products.amounts import UNITS, amount_of, an_amount
from app.products.forms import ExpiryField
from models import clock

NEW_LOT = "new"


@dataclass(frozen=True)
class Use:
    """What went into a session: a lot that is there, or a new one of a product (`lot_id` None)."""

    lot_id: int | None
    product_id: int | None
    number: str
    expires_on: date | None
    amount: str
    unit: str
    route: str
    area: str
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One session (None: a touch-up) as it was performed; `done` False: it was not done in this visit."""

    session_id: int | None
    done: bool
    uses: list[Use] = field(default_factory=list)
    reaction: str = ""
    note: str = ""
    route_why: str = ""


class UsePart(Part):
    """One product of a session. Empty: none was used."""

    lot = SelectField(_l("Lot"), [OPTIONAL], validate_choice=False)
    product = SelectField(_l("Product of the new lot"), [OPTIONAL], validate_choice=False)
    number = StringField(_l("Number of the new lot"), [OPTIONAL, at_most(60), one_line])
    expires_on = ExpiryField(_l("It expires"), [OPTIONAL, at_most(20)])
    amount = StringField(_l("Amount"), [OPTIONAL, at_most(20), one_line, an_amount])
    unit = SelectField(_l("Unit"), choices=[(unit, unit) for unit in UNITS], default="ml")
    route = SelectField(_l("Route"), [OPTIONAL], validate_choice=False)
    area = SelectField(_l("Area"), [OPTIONAL], validate_choice=False)
    tube = SelectMultipleField(_l("Read on the tube, the same as the patient says"), choices=[])

    def validate_lot(self, field: Field) -> None:
        new = row_id(self.product.data) and bool((self.number.data or "").strip())
        if field.data == NEW_LOT and not new:
            raise ValidationError(_("Write the new lot's product and number below."))
        if field.data != NEW_LOT and row_id(field.data) is None:
            raise ValidationError(_("Choose a lot from the list."))

    def validate_number(self, field: Field) -> None:
        if self.lot.data == NEW_LOT and field.data and not self.expires_on.data:
            raise ValidationError(_("Write down when the new lot expires."))

    def validate_route(self, field: Field) -> None:
        if field.data not in shipped().words["deliveries"]:
            raise ValidationError(_("Choose one."))

    def validate_area(self, field: Field) -> None:
        if field.data not in shipped().areas:
            raise ValidationError(_("Choose one."))

    def chosen(self) -> Use | None:
        """What was used; None where nothing was chosen."""
        if not self.lot.data:
            return None
        new = self.lot.data == NEW_LOT
        lot_id, product_id = (None, row_id(self.product.data)) if new else (row_id(self.lot.data), None)
        return Use(
            lot_id, product_id, (self.number.data or "").strip() if new else "",
            self.expires_on.day if new else None, amount_of(self.amount.data or "") or "", str(self.unit.data), self.route.data or "",
            self.area.data or "", tuple(self.tube.data or ()),
        )  # fmt: skip


class SessionPart(Part):
    """One session of the visit."""

    done = BooleanField(_l("Was done"), default=True)
    uses = FieldList(FormField(UsePart))
    route_why = StringField(_l("Your reason for another route"), [OPTIONAL, at_most(300), one_line])
    reaction = StringField(_l("Reaction"), [OPTIONAL, at_most(300)])
    note = TextAreaField(_l("Note"), [OPTIONAL, at_most(2000)])


class RecordForm(FormOfVersion):
    """A visit that took place. `sessions` are given by the page, in their order."""

    ended_on = DayField(_l("Ended on"), [REQUIRED, at_most(40)])
    ended_at = TimeField(_l("Time it ended"), [REQUIRED, at_most(10)])
    by = SelectField(_l("Treated by"))
    sessions = FieldList(FormField(SessionPart))

    def ended(self, zone: str) -> datetime:
        """The moment the treatment ended."""
        assert self.ended_on.day is not None
        assert self.ended_at.time is not None
        return clock.at(self.ended_on.day, self.ended_at.time, zone)

    def entries(self, session_ids: Sequence[int | None]) -> list[Entry]:
        """What was typed, session by session."""
        if len(session_ids) != len(self.sessions.entries):
            raise Refused(_("The sessions of this visit have changed since the page was opened. Please open it again."))
        return [_entry(key, part.form) for key, part in zip(session_ids, self.sessions, strict=True)]


SAVE = "save"


class Shown(Form):
    """A form that is kept only as its page showed what it changes; only the reason may be written anew."""

    shown = HiddenField()

    def wants_to_save(self, pressed: str | None) -> bool:
        """Save was pressed, and nothing was changed since; from now on this is what the page shows."""
        before = self.shown.data
        self.shown.data = "|".join(str(field.data or "") for field in self.decisive())
        return pressed == SAVE and bool(before == self.shown.data)

    def decisive(self) -> Iterable[Field]:
        """The fields that decide what changes."""
        raise NotImplementedError


class CorrectForm(Shown):
    """Another lot or amount than was written down, and why."""

    use = FormField(UsePart)
    why = StringField(_l("Why"), [REQUIRED, at_most(300), one_line])

    def decisive(self) -> Iterable[Field]:
        return self.use.form


def _entry(session_id: int | None, part: Any) -> Entry:
    uses = [use for one in part.uses if (use := one.form.chosen()) is not None]
    typed = ((field.data or "").strip() for field in (part.reaction, part.note, part.route_why))
    return Entry(session_id, bool(part.done.data), uses, *typed)


def choices(pairs: Iterable[tuple[object, str]], empty: str) -> list[tuple[str, str]]:
    """Choices of a select, an empty one first."""
    return [("", empty), *((str(value), word) for value, word in pairs)]
