"""What is typed about products and lots."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, ValidationError

from app.forms import FIRST_DAY, LAST_DAY, OPTIONAL, REQUIRED, DayField, Form, FormOnce, at_most, one_line, whole_number
from app.front_door import where
from app.i18n import _, _l, language
from app.library.loader import shipped
from app.products.amounts import UNITS, amount_of, an_amount
from models.clinic import Location
from models.product import StockChange

LIMITS = ("max_minutes", "max_amount", "max_area_cm2")


@dataclass(frozen=True)
class Counted:
    """Pieces of a lot, and what happened to them where."""

    what: StockChange
    pieces: int
    location_id: int
    why: str


@dataclass(frozen=True)
class ProductEntry:
    kind: str
    name: str
    maker: str = ""
    routes: list[str] = field(default_factory=list)
    limits: dict[str, Any] = field(default_factory=dict)


class ProductForm(FormOnce):
    """A product on the shelf. The limits are those of its leaflet; only numbing creams have them. What is usual is proposed."""

    kind = SelectField(_l("Kind"))
    name = StringField(_l("Name"), [REQUIRED, at_most(120), one_line])
    maker = StringField(_l("Maker"), [OPTIONAL, at_most(120), one_line])
    routes = SelectMultipleField(_l("Authorised to be"))
    max_minutes = IntegerField(_l("Longest time on the skin (minutes)"), [OPTIONAL, *whole_number(1, 240)])
    max_amount = IntegerField(_l("Largest amount"), [OPTIONAL, *whole_number(1, 500)])
    max_area_cm2 = IntegerField(_l("Largest area (cm²)"), [OPTIONAL, *whole_number(1, 4000)])
    usual_amount = StringField(_l("Usual amount"), [OPTIONAL, at_most(20), one_line, an_amount])
    usual_unit = SelectField(_l("Unit"), choices=[(unit, unit) for unit in UNITS], default="ml")
    active = BooleanField(_l("In use"), default=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = shipped().words
        self.kind.choices = [(key, word.names.in_(language())) for key, word in words["products"].items()]
        self.routes.choices = [(key, word.names.in_(language())) for key, word in words["deliveries"].items()]

    def chosen(self) -> ProductEntry:
        limits = {name: self[name].data for name in LIMITS if self[name].data}
        if usual := amount_of(self.usual_amount.data or ""):
            limits["usual_amount"] = usual
        if usual or self.max_amount.data:
            limits["usual_unit"] = self.usual_unit.data
        name, maker = ((text or "").strip() for text in (self.name.data, self.maker.data))
        return ProductEntry(str(self.kind.data), name, maker, self.routes.data or [], limits)


class ExpiryField(DayField):
    """A day as everywhere, or a month as it stands on a box (06/2027, 2027-06): then its last day."""

    def pre_validate(self, form: Any) -> None:
        typed = (self.data or "").strip()
        found = re.fullmatch(r"(\d{1,2})[./-](\d{4})", typed) or re.fullmatch(r"(\d{4})[./-](\d{1,2})", typed)
        if found is None:
            super().pre_validate(form)
            return
        month, year = sorted((int(found[1]), int(found[2])))
        if 1 <= month <= 12 and FIRST_DAY.year <= year <= LAST_DAY.year:
            self.day = date(year, month, monthrange(year, month)[1])
        else:
            super().pre_validate(form)


class LotForm(FormOnce):
    """A lot that arrived: at one place, where there are several, or for all."""

    place = SelectField(_l("Location"), default="", validate_choice=False)
    number = StringField(_l("Lot number"), [REQUIRED, at_most(60), one_line])
    expires_on = ExpiryField(_l("Expires"), [REQUIRED])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = where.options()
        self.place.choices = [("", _("At any location")), *places] if places else []

    def validate_place(self, field: Any) -> None:
        if field.data and self.place_id is None:
            raise ValidationError(_l("Choose one of the list."))

    @property
    def place_id(self) -> int | None:
        return where.chosen(self.place.data)


class StockForm(FormOnce):
    """Pieces that arrived or were thrown away."""

    what = RadioField(_l("What happened to them"), [REQUIRED])
    pieces = IntegerField(_l("Pieces"), whole_number(1, 10_000))
    place = SelectField(_l("Location"))
    why = StringField(_l("Why"), [OPTIONAL, at_most(300), one_line])

    def offer(self, places: Sequence[Location]) -> None:
        """Fill the choices; with one place only there is nothing to choose."""
        self.what.choices = [(StockChange.RECEIVED, _("arrived")), (StockChange.DISCARDED, _("thrown away"))]
        self.place.choices = [(str(one.id), one.name) for one in places]
        if not self.is_submitted():
            self.what.data = StockChange.RECEIVED
        if len(places) == 1:
            self.place.data = str(places[0].id)

    def chosen(self) -> Counted:
        """The typed values."""
        assert self.pieces.data is not None
        return Counted(StockChange(self.what.data), self.pieces.data, int(self.place.data), (self.why.data or "").strip())


class ReasonForm(Form):
    """Why a lot is frozen or free again."""

    reason = StringField(_l("Why"), [REQUIRED, at_most(300), one_line])
