"""The visits of a day as the rule of lateness reads them, in a few queries however many they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.planning.delays import Running, Stage, Use
from app.planning.resources import Kind
from app.schedule import rows
from app.schedule.numbing.standing import numbing_minutes
from models import clock
from models.appointment import COMING, LIVE, Appointment, AppointmentSession, Claim, VisitState
from models.base import db
from models.lateness import LateDecision, LateWay
from models.numbing import CreamUse
from models.patient import Patient
from models.treatment import Course, TreatmentSession

_COURSES = selectinload(Appointment.sessions).selectinload(AppointmentSession.session).selectinload(TreatmentSession.course)
_READ = (
    selectinload(Appointment.claims), selectinload(Appointment.statuses), selectinload(Appointment.patient).selectinload(Patient.contacts),
    selectinload(Appointment.performer), _COURSES.joinedload(Course.protocol_version),
)  # fmt: skip


def visits_on(location_id: int, day: date) -> list[Appointment]:
    """Who is still to be treated that day, is being treated or was, in the order of their times."""
    mine = Appointment.location_id == location_id, Appointment.local_day == day, Appointment.state.in_(LIVE)
    query = select(Appointment).where(*mine).order_by(Appointment.starts_at, Appointment.id)
    return list(db.session.scalars(query.options(*_READ)))


def running(visits: Sequence[Appointment], now: datetime) -> dict[int, Running]:
    """Visits in minutes after midnight of their day, by their ids."""
    here = [visit.id for visit in visits if visit.state is VisitState.ARRIVED]
    cream, bare = _cream_on(here), _without_cream(here)
    return {visit.id: _running(visit, _ready(visit, cream.get(visit.id, now)) if visit.id in here and visit.id not in bare else 0)
            for visit in visits}  # fmt: skip


def _running(visit: Appointment, ready: int) -> Running:
    """One that was laid anew when its patient came late starts where its claims do."""
    starts = min((claim.starts_at for claim in visit.claims), default=visit.starts_at)
    hands_on = minute(visit.hands_on_at, visit)
    return Running(
        visit.id, _stage(visit.state), minute(starts, visit), hands_on, hands_on + visit.hands_on_minutes,
        tuple(_uses(visit.claims, visit)), minute(visit.statuses[-1].at, visit), ready,
    )  # fmt: skip


def _ready(visit: Appointment, cream_on: datetime) -> int:
    """When cream that is on since a moment has worked; 0 where no protocol of the visit numbs."""
    works = max((numbing_minutes(course) for course in rows.courses_in(visit)), default=0)
    return minute(cream_on, visit) + works if works else 0


def _cream_on(visit_ids: Collection[int]) -> dict[int, datetime]:
    """Since when the first cream of each is on."""
    mine = CreamUse.appointment_id.in_(visit_ids), CreamUse.voided_at.is_(None)
    query = select(CreamUse.appointment_id, func.min(CreamUse.on_at)).where(*mine).group_by(CreamUse.appointment_id)
    return {visit_id: on_at for visit_id, on_at in db.session.execute(query)}  # noqa: C416  # typed rows


def _without_cream(visit_ids: Collection[int]) -> set[int]:
    mine = LateDecision.appointment_id.in_(visit_ids), LateDecision.undone_at.is_(None), LateDecision.way == LateWay.WITHOUT_CREAM
    return set(db.session.scalars(select(LateDecision.appointment_id).where(*mine)))


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
