"""Writing down what was done in a visit, and mending it. Callers open the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app import history
from app.errors import Refused
from app.formats import short_day
from app.i18n import _, language
from app.library.loader import shipped
from app.products import actions as product_actions
from app.schedule import flow, rows
from app.schedule.flow import Performed
from app.series.contents import content
from app.treatments.authorised import explain_route
from app.treatments.forms import Entry, Use
from app.treatments.treated import Treated, owner_of, to_record
from app.treatments.tube import check_tube
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db
from models.product import Lot, LotUse, Product


@dataclass(frozen=True)
class Circumstances:
    """When the treatment ended, and who treated."""

    ended: datetime
    by_id: int | None


def record(visit: Appointment, entries: Sequence[Entry], when: Circumstances, now: datetime) -> None:
    """Write down the sessions of a visit, or its touch-up, with what was used, and close the visit as done.

    Raises Refused for a lot that may not be used, no lot or no amount where the protocol asks for one, a route that is not
    authorised and not explained, and for whatever stands in the way of done.
    """
    if entries and not any(entry.done for entry in entries):
        raise Refused(_("No session was done: use Not treated instead."))
    day = clock.day_of(when.ended, visit.zone)
    for treated, entry in zip(to_record(visit), entries, strict=True):
        if not entry.done:
            continue
        _check_named(treated, entry)
        for use in write_uses(treated, entry.uses, day, when.ended, now):
            explain_route(treated, use, db.session.get_one(Lot, use.lot_id).product, entry.route_why, now)
        treated.write_down(entry.reaction, entry.note)
    db.session.flush()
    without = [entry.session_id for entry in entries if not entry.done and entry.session_id]
    flow.done(visit, now, Performed(end=when.ended, by_id=when.by_id, without=without))


def write_uses(treated: Treated, uses: Sequence[Use], day: date | None, used_at: datetime, now: datetime) -> list[LotUse]:
    """What of which lot went into a session or touch-up. Raises Refused for a lot that may not be used on that day (None: it was)."""
    made = []
    for use in uses:
        lot, row = lot_for(use, now), treated.used()
        if day is not None:
            usable(lot, day)
        check_tube(lot.product, use.identifiers)
        row.lot_id, row.amount, row.unit, row.route, row.area = lot.id, use.amount, use.unit, use.route, use.area or treated.course.area
        row.used_by_id, row.used_at, row.identifiers = history.who(), used_at, list(use.identifiers)
        db.session.add(row)
        made.append(row)
    return made


def correct(use: LotUse, visit: Appointment, new: Use, why: str, now: datetime) -> LotUse:
    """Another lot or amount than was written down; the first row stays, struck through.

    What was really used may be a lot that is expired or called back: then the patient hears of the recall like everybody else.
    """
    if use.voided_at is not None:
        raise Refused(_("This line was corrected already."))
    treated = owner_of(use, visit)
    _check_amount(treated, [new])
    [made] = write_uses(treated, [new], None, use.used_at, now)
    explain_route(treated, made, db.session.get_one(Lot, made.lot_id).product, why, now)
    use.voided_at = now
    visit.version += 1
    rows.settle(visit.patient_id, now)
    old = use.lot.number
    history.record("lot corrected", visit, now, fields=["lot"], reason=why)
    course = treated.course
    history.plan_changed(course.plan, "lot corrected", now, old=old, new=made.lot.number, why=why, course=course)
    return made


def lot_for(use: Use, now: datetime) -> Lot:
    """The lot that was chosen, or the new one that was typed."""
    if use.lot_id is not None:
        found = db.session.get(Lot, use.lot_id)
        if found is None:
            raise Refused(_("Choose a lot from the list."))
        return found
    product = db.session.get(Product, use.product_id) if use.product_id else None
    if product is None or use.expires_on is None:
        raise Refused(_("Write down the new lot's product, number and expiry."))
    return product_actions.add_lot(product, use.number, use.expires_on, now)


def usable(lot: Lot, day: date) -> Lot:
    """The lot, if it may be used on that day. Raises Refused, in words."""
    if lot.frozen_at is not None:
        raise Refused(_("Lot %(number)s is recalled or frozen: it must not be used.", number=lot.number))
    if lot.expires_on < day:
        day_words = short_day(lot.expires_on, language())
        raise Refused(_("Lot %(number)s expired on %(day)s: it must not be used.", number=lot.number, day=day_words))
    return lot


def uses_of(visit: Appointment) -> dict[int | None, list[LotUse]]:
    """What was used in a visit, also what was corrected later, by session (None: the touch-up)."""
    session_ids = [link.session_id for link in visit.sessions]
    found: dict[int | None, list[LotUse]] = {key: [] for key in (None, *session_ids)}
    mine = LotUse.session_id.in_(session_ids) | (LotUse.appointment_id == visit.id)
    for use in db.session.scalars(select(LotUse).where(mine).order_by(LotUse.id)):
        found[use.session_id].append(use)
    return found


def _check_named(treated: Treated, entry: Entry) -> None:
    _check_amount(treated, entry.uses)
    if not content(treated.course).lot_required or entry.uses:
        return
    written = uses_of(treated.visit)[treated.session_id]
    if not any(use.voided_at is None for use in written):
        raise Refused(_("%(session)s: choose the lot that was used. Its protocol asks for it.", session=treated.words.name))


def _check_amount(treated: Treated, uses: Sequence[Use]) -> None:
    """Of some products the units given are part of the record (botulinum toxin)."""
    if content(treated.course).units_required and any(not use.amount for use in uses):
        raise Refused(_("%(session)s: write down the amount. Its protocol asks for it.", session=treated.words.name))


def may_be_recorded(visit: Appointment) -> bool:
    """The patient is here, or the visit is one whose record is only to be completed."""
    return visit.state in (VisitState.ARRIVED, VisitState.IN_TREATMENT)


__all__ = ["Circumstances", "correct", "may_be_recorded", "record", "shipped", "uses_of", "write_uses"]
