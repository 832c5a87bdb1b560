"""What the database refused, in words: which person, room or thing was taken by somebody else a moment ago."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.errors import Refused
from app.i18n import _
from app.schedule.whole_visits import READ_AGAIN, whole
from models import changes
from models.appointment import Appointment
from models.base import db, locked
from models.clinic import Location
from models.guards import CLAIMED, overlap_name

SESSION = "session"
LIVE_SESSION = "uq_appointment_session_live"


class SlotTaken(Refused):
    """Somebody else was faster. `resource`: staff, room, chair, device, patient, or session."""

    def __init__(self, resource: str) -> None:
        super().__init__(_taken_words(resource))
        self.resource = resource


@contextmanager
def said_in_words() -> Iterator[None]:
    """Writing inside: a guard of the database that refuses becomes SlotTaken. The transaction must then end."""
    try:
        yield
        db.session.flush()
    except IntegrityError as error:
        resource = clashed(error)
        if resource is None:
            raise
        raise SlotTaken(resource) from error


def clashed(error: IntegrityError) -> str | None:
    """Which resource a guard refused; None where the error is another one."""
    diagnosis = getattr(error.orig, "diag", None)
    text = str(diagnosis.constraint_name if diagnosis is not None else error.orig)
    if LIVE_SESSION in text or "appointment_session.session_id" in text:
        return SESSION
    return next((resource for resource in CLAIMED if overlap_name(resource) in text), None)


def alone(location_id: int, visit: Appointment | None = None) -> None:
    """From here to the transaction's end nobody else changes visits of this place; the visit is read again as it is now."""
    _wait_for([location_id])
    if visit is not None:
        db.session.refresh(visit)


def alone_with(visits: Sequence[Appointment]) -> None:
    """As `alone` for several visits, in whatever places; they and all they are read with are read again together."""
    if not visits:
        return
    _wait_for({visit.location_id for visit in visits})
    mine = select(Appointment).where(Appointment.id.in_([visit.id for visit in visits]))
    db.session.flush()
    for row in list(db.session):  # not populate_existing: each of its queries would forget what the one before had joined
        if isinstance(row, READ_AGAIN):
            db.session.expire(row)
    db.session.scalars(mine.options(*whole())).unique().all()


def _wait_for(location_ids: Collection[int]) -> None:
    """Always in one order. Hours and absences may have changed while others were waited for."""
    for location_id in sorted(location_ids):
        locked(Location, location_id)
    changes.look_again()


def _taken_words(resource: str) -> str:
    return {
        "staff": _("Somebody else has just booked the person who was to do this. Choose another time or another person."),
        "room": _("Somebody else has just booked the room. Choose another time or another room."),
        "chair": _("Somebody else has just booked the last free chair. Choose another time."),
        "device": _("Somebody else has just booked the device. Choose another time."),
        "patient": _("The patient has another visit at that time. Choose another time."),
        SESSION: _("This session is booked in another visit already."),
    }[resource]  # fmt: skip
