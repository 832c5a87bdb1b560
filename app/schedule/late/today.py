"""The visits of a day as the rule of lateness reads them, in a few queries however many they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.planning.delays import Running, Stage, Use
from app.planning.resources import Kind
from models import clock
from models.appointment import COMING, LIVE, Appointment, Claim, VisitState
from models.base import db
from models.patient import Patient

_READ = (
    selectinload(Appointment.claims), selectinload(Appointment.statuses), selectinload(Appointment.patient).selectinload(Patient.contacts),
    selectinload(Appointment.performer),
)  # fmt: skip


def visits_on(location_id: int, day: date) -> list[Appointment]:
    """Who is still to be treated that day, is being treated or was, in the order of their times."""
    mine = Appointment.location_id == location_id, Appointment.local_day == day, Appointment.state.in_(LIVE)
    query = select(Appointment).where(*mine).order_by(Appointment.starts_at, Appointment.id)
    return list(db.session.scalars(query.options(*_READ)))


def running(visit: Appointment) -> Running:
    """A visit in minutes after midnight of its day."""
    hands_on = minute(visit.hands_on_at, visit)
    return Running(
        visit.id, _stage(visit.state), minute(visit.starts_at, visit), hands_on, hands_on + visit.hands_on_minutes,
        tuple(_uses(visit.claims, visit)), minute(visit.statuses[-1].at, visit),
    )  # fmt: skip


def minute(moment: datetime, visit: Appointment) -> int:
    """A moment in minutes after midnight of the visit's day, on the clinic's clock."""
    return int((moment - clock.day_bounds(visit.local_day, visit.zone)[0]).total_seconds() // 60)


def _stage(state: VisitState) -> Stage:
    if state in COMING:
        return Stage.COMING
    return {VisitState.ARRIVED: Stage.HERE, VisitState.IN_TREATMENT: Stage.UNDER_WAY}.get(state, Stage.OVER)


def _uses(claims: Iterable[Claim], visit: Appointment) -> Iterable[Use]:
    """Whom and what the visit waits for: its performer, its rooms and devices. Another helper or chair is found at once."""
    for claim in claims:
        held = {Kind.STAFF: claim.staff_id if claim.staff_id == visit.performer_id else None, Kind.ROOM: claim.room_id,
                Kind.DEVICE: claim.device_id}  # fmt: skip
        yield from (Use(kind, key, minute(claim.starts_at, visit), minute(claim.ends_at, visit)) for kind, key in held.items() if key)
