"""A record that was written into the wrong patient's visit: whose it may be, writing it there, and the mails that went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.errors import Refused
from app.i18n import _
from app.messages import actions as message_actions
from app.schedule import flow, rows
from app.schedule.flow import Performed
from app.treatments.beside_the_record import move_outcomes
from models.appointment import OPEN, Appointment, AppointmentSession, VisitState
from models.base import db
from models.message import Message, MessageState
from models.numbing import CreamUse
from models.product import LotUse
from models.treatment import TreatmentSession

GONE = (MessageState.SENT, MessageState.UNKNOWN)


def candidates(visit: Appointment) -> list[Appointment]:
    """Visits of other patients on that day that are not over."""
    query = select(Appointment).where(
        Appointment.location_id == visit.location_id, Appointment.local_day == visit.local_day, Appointment.state.in_(OPEN),
        Appointment.patient_id != visit.patient_id,
    )  # fmt: skip
    return list(db.session.scalars(query.options(joinedload(Appointment.patient)).order_by(Appointment.starts_at)))


def write(
    whose_id: int, visit: Appointment, done: Sequence[AppointmentSession], used: Sequence[LotUse | CreamUse], old: Mapping[str, Any],
    now: datetime,
) -> Appointment:
    """What was done and used, in the visit of the patient who was treated. Raises Refused where that visit cannot be done."""
    other = next((one for one in candidates(visit) if one.id == whose_id), None)
    if other is None:
        raise Refused(_("That visit is over or gone. Choose another one."))
    pairs = list(_pairs(done, other))
    if not pairs:
        raise Refused(_("No session of that visit is of the same treatment protocol. Choose another visit, or write it down by hand."))
    if other.state not in (VisitState.ARRIVED, VisitState.IN_TREATMENT):
        flow.arrive(other, now)
    written = {one["id"]: one for one in old["sessions"]}
    for session, was in pairs:
        session.reaction, session.note = written[was.id]["reaction"], written[was.id]["note"]
        move_outcomes(was, session)
        for use in used:
            if isinstance(use, LotUse) and use.session_id == was.id:
                db.session.add(_same(use, session))
    db.session.add_all(_same_cream(use, other) for use in used if isinstance(use, CreamUse))
    db.session.flush()
    _mark_done(other, [session.id for session, _was in pairs], written[pairs[0][1].id], now)
    return other


def mails_gone(visit: Appointment) -> list[Message]:
    """Mails about the treatment that reached this patient since the visit was marked done."""
    since = max((row.at for row in visit.statuses if row.state is VisitState.DONE), default=None)
    if since is None:
        return []
    about = Message.subject_type == Appointment.__tablename__, Message.subject_id == visit.id, Message.state.in_(GONE)
    return list(db.session.scalars(select(Message).where(*about, Message.settled_at >= since).order_by(Message.id)))


def tell_of_mails(visit: Appointment, now: datetime) -> None:
    """Each of them is followed by a few words to delete it, and by the look at a privacy incident."""
    for message in mails_gone(visit):
        message_actions.was_about_somebody_else(message, now)


def _pairs(done: Sequence[AppointmentSession], other: Appointment) -> Iterator[tuple[TreatmentSession, TreatmentSession]]:
    """Each session of the other visit with the one that was written down in its place: of the same protocol."""
    left = [link.session for link in done]
    for link in rows.planned(other):
        for was in left:
            if was.course.protocol_version.protocol_id == link.session.course.protocol_version.protocol_id:
                left.remove(was)
                yield link.session, was
                break


def _same(use: LotUse, session: TreatmentSession) -> LotUse:
    """What on a tube was compared, was compared with the first patient: it is not said of the other."""
    return LotUse(session_id=session.id, lot_id=use.lot_id, amount=use.amount, unit=use.unit, route=use.route, area=use.area,
                  used_by_id=use.used_by_id, used_at=use.used_at)  # fmt: skip


def _same_cream(use: CreamUse, other: Appointment) -> CreamUse:
    return CreamUse(appointment_id=other.id, lot_id=use.lot_id, amount=use.amount, unit=use.unit, area=use.area, square_cm=use.square_cm,
                    on_at=use.on_at, on_by_id=use.on_by_id, off_at=use.off_at, off_by_id=use.off_by_id)  # fmt: skip


def _mark_done(other: Appointment, session_ids: Sequence[int], was: Mapping[str, Any], now: datetime) -> None:
    without = [link.session_id for link in other.sessions if link.session_id not in session_ids]
    at, end = datetime.fromisoformat(was["at"]), datetime.fromisoformat(was["end"])
    flow.done(other, now, Performed(at=at, end=end, by_id=was["by"], without=without))
