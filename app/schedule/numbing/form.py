"""What is typed about numbing cream: which lot, how much, where, since when."""

from __future__ import annotations

from datetime import datetime

from wtforms import IntegerField, SelectField, StringField

from app.formats import clock_time, numeric_day
from app.forms import OPTIONAL, REQUIRED, FormOfVersion, TimeField, at_most, one_line, whole_number
from app.i18n import _, _l, language
from app.library.loader import shipped
from app.products.amounts import UNITS, amount_of, an_amount
from app.products.queries import usable_lots
from app.schedule import rows
from app.schedule.numbing.actions import Layer
from app.schedule.numbing.standing import CREAM, numbing_minutes
from models import clock
from models.appointment import Appointment
from models.base import db
from models.product import Lot


class CreamForm(FormOfVersion):
    """Cream on one area."""

    lot = SelectField(_l("Cream and lot"), [REQUIRED])
    amount = StringField(_l("Amount"), [REQUIRED, at_most(20), one_line, an_amount])
    unit = SelectField(_l("Unit"), choices=[(unit, unit) for unit in UNITS], default="g")
    area = SelectField(_l("Area"))
    square_cm = IntegerField(_l("Size of the area (cm²)"), [OPTIONAL, *whole_number(1, 4000)])
    on_at = TimeField(_l("Cream on"), [REQUIRED, at_most(10)])
    off_at = TimeField(_l("Cream off"), [OPTIONAL, at_most(10)])

    def chosen(self, visit: Appointment) -> Layer:
        """What was put on, at moments of the visit's day."""
        assert self.on_at.time is not None
        off_at = clock.at(visit.local_day, self.off_at.time, visit.zone) if self.off_at.time else None
        return Layer(
            db.session.get_one(Lot, int(self.lot.data)), amount_of(self.amount.data or "") or "", str(self.unit.data), str(self.area.data),
            clock.at(visit.local_day, self.on_at.time, visit.zone), self.square_cm.data, off_at,
        )  # fmt: skip


def prepared(form: CreamForm, visit: Appointment, now: datetime) -> CreamForm:
    """The form with its choices; before anything is typed it proposes the lot of the day, its usual amount, and now."""
    lots = usable_lots(CREAM, visit.local_day, visit.location_id)
    form.lot.choices = [(str(lot.id), _lot_words(lot)) for lot in lots]
    form.area.choices = [(key, shipped().areas[key].names.in_(language())) for key in _areas(visit)]
    if not form.is_submitted() and lots:
        limits = lots[0].product.limits
        form.amount.data, form.unit.data = limits.get("usual_amount", ""), limits.get("usual_unit", "g")
    if not form.is_submitted():
        form.on_at.data = clock_time(clock.local(now, visit.zone))
    return form


def _areas(visit: Appointment) -> list[str]:
    """The areas that are numbed first, then the parts of each."""
    mine = [course.area for course in rows.courses_in(visit) if numbing_minutes(course)]
    parts = [key for key in shipped().areas if any(shipped().contains(area, key) for area in mine)]
    return list(dict.fromkeys([*mine, *parts]))


def _lot_words(lot: Lot) -> str:
    day = numeric_day(lot.expires_on, language())
    return _("%(number)s · expires %(day)s · %(product)s", number=lot.number, product=lot.product.name, day=day)
