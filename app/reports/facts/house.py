"""What the house did beside treating: lots used and expiring, mails, calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, func, not_, select
from sqlalchemy.orm import aliased

from app.reports.asked import Asked
from app.reports.facts.shape import fact, within
from models.appointment import Appointment, AppointmentSession, Outcome
from models.event import Event, is_of_a_task
from models.message import Message, MessageState
from models.product import Lot, LotUse, Product

EXPIRES_WITHIN = timedelta(days=60)
LEFT = (MessageState.SENT, MessageState.BOUNCED, MessageState.FAILED, MessageState.UNKNOWN, MessageState.MISSED)
CALLS = ("task reached", "task no_answer", "task left_word")
TAKEN_BACK = "task taken back"


def lots_used(asked: Asked) -> Select[Any]:
    """Every use of a lot that stands, by lot; in a session, or in a visit without one."""
    session = (AppointmentSession.session_id == LotUse.session_id) & (AppointmentSession.outcome == Outcome.DONE)
    visit_id = func.coalesce(LotUse.appointment_id, AppointmentSession.appointment_id)
    rows = fact(
        Appointment.id, LotUse.used_at, by=LotUse.lot_id, patient=Appointment.patient_id, staff=LotUse.used_by_id,
        place=Appointment.location_id, note=LotUse.amount + " " + LotUse.unit,
    ).select_from(LotUse).outerjoin(AppointmentSession, session).join(Appointment, Appointment.id == visit_id)  # fmt: skip
    rows = rows.where(*within(LotUse.used_at, asked.since, asked.until), LotUse.voided_at.is_(None))
    rows = rows.where(Appointment.location_id.in_(asked.places))
    return rows if asked.staff_id is None else rows.where(LotUse.used_by_id == asked.staff_id)


def expiring(asked: Asked) -> Select[Any]:
    """Lots that may be used today and expire within sixty days of today, whatever the period."""
    soon = Lot.expires_on.between(asked.today, asked.today + EXPIRES_WITHIN)
    rows = fact(Product.id, Lot.expires_on, by=Lot.id).select_from(Lot).join(Product, Product.id == Lot.product_id)
    return rows.where(soon, Lot.frozen_at.is_(None), Product.active)


def mails(asked: Asked) -> Select[Any]:
    """Mails to patients that were due, not withdrawn and not filed; a hit: accepted by a mail server and not come back.

    One whose time was over when its visit was booked was never due.
    """
    sent = Message.state == MessageState.SENT
    never_due = and_(Message.state == MessageState.MISSED, Message.planned_at > Message.due_at)
    rows = fact(Message.id, Message.due_at, hit=sent, by=Message.state, patient=Message.patient_id, note=Message.kind)
    rows = rows.where(Message.state.in_(LEFT), *within(Message.due_at, asked.since, asked.until))
    return rows.where(Message.patient_id.is_not(None), not_(never_due))


def calls(asked: Asked) -> Select[Any]:
    """Calls that somebody wrote down and did not take back; a hit: reached."""
    rows = fact(Event.id, Event.at, hit=Event.action == CALLS[0], by=Event.action, patient=Event.patient_id, staff=Event.staff_id)
    rows = rows.where(Event.action.in_(CALLS), *within(Event.at, asked.since, asked.until), is_of_a_task(Event), ~_taken_back().exists())
    return rows if asked.staff_id is None else rows.where(Event.staff_id == asked.staff_id)


def _taken_back() -> Select[Any]:
    """The press after this one on the same line took it back."""
    press, after = aliased(Event), aliased(Event)
    pressed = press.action.in_((*CALLS, TAKEN_BACK)), press.id > Event.id
    following = select(func.min(press.id)).where(is_of_a_task(press), press.object_id == Event.object_id, *pressed)
    return select(after.id).where(after.id == following.correlate(Event).scalar_subquery(), after.action == TAKEN_BACK)
