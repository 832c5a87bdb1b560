"""Who works here, and which booked visits stand in the way of a change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.hours import Calendar, Hours, Opening, fits, works_at
from app.staff.forms import AbsenceFacts
from app.today import zone
from models import clock
from models.appointment import COMING, Appointment, Claim
from models.base import db
from models.clinic import Clinic, OpeningHours
from models.staff import Absence, Role, SignIn, StaffLink, StaffMember, WorkingHours


def nobody_yet() -> bool:
    """Whether no account exists: the first run."""
    return db.session.scalar(select(StaffMember.id).limit(1)) is None


def person_or_404(staff_id: int) -> StaffMember:
    return db.session.get(StaffMember, staff_id) or abort(404)


def everyone() -> list[StaffMember]:
    """All accounts, those in use first."""
    return list(db.session.scalars(select(StaffMember).order_by(StaffMember.active.desc(), StaffMember.name)))


def is_last_manager(staff: StaffMember) -> bool:
    """Whether the house would be without a manager without this person."""
    managers = [s for s in everyone() if s.active and s.has_role(Role.MANAGER)]
    return managers == [staff]


def taken(email: str, *, but: int | None = None) -> bool:
    """Whether another account has this mail address."""
    return db.session.scalar(select(StaffMember.id).where(StaffMember.email == email, StaffMember.id != (but or 0))) is not None


def clinic_name() -> str:
    clinic = db.session.get(Clinic, 1)
    return clinic.name if clinic else ""


def open_sign_ins(staff: StaffMember, now: datetime) -> int:
    """On how many browsers somebody may be signed in."""
    mine = SignIn.staff_id == staff.id, SignIn.ended_at.is_(None), SignIn.ends_at > now
    return db.session.scalar(select(func.count()).select_from(SignIn).where(*mine)) or 0


def open_link_until(staff: StaffMember, now: datetime) -> datetime | None:
    """Until when a link that was made works; None without one."""
    mine = StaffLink.staff_id == staff.id, StaffLink.used_at.is_(None), StaffLink.expires_at > now
    return db.session.scalar(select(StaffLink.expires_at).where(*mine).order_by(StaffLink.id.desc()).limit(1))


def absences_from(staff: StaffMember, today: date) -> list[Absence]:
    """Absences that are not over."""
    mine = Absence.staff_id == staff.id, Absence.last_day >= today
    return list(db.session.scalars(select(Absence).where(*mine).order_by(Absence.first_day, Absence.id)))


def absence_or_404(staff_id: int, absence_id: int) -> Absence:
    found = db.session.get(Absence, absence_id)
    return found if found and found.staff_id == staff_id else abort(404)


def visits_during(staff: StaffMember, away: AbsenceFacts | Absence, now: datetime) -> list[Appointment]:
    """Coming visits for which this person is planned while away."""
    here = zone()
    start, end = clock.day_bounds(away.first_day, here)[0], clock.day_bounds(away.last_day, here)[1]
    if away.from_time and away.to_time:
        start, end = clock.at(away.first_day, away.from_time, here), clock.at(away.first_day, away.to_time, here)
    claimed = select(Claim.appointment_id).where(Claim.staff_id == staff.id, Claim.starts_at < end, Claim.ends_at > max(start, now))
    return _visits(Appointment.id.in_(claimed))


def by_place(rows: Iterable[WorkingHours]) -> Hours:
    """Working hours as the calendars of the places they are entered for; None: of any."""
    found: dict[int | None, list[Opening]] = defaultdict(list)
    for row in rows:
        found[row.location_id].append(Opening(row.weekday, row.starts, row.ends, row.valid_from, row.valid_to))
    return {place: Calendar(tuple(openings)) for place, openings in found.items()}


def calendar(staff: StaffMember, place_id: int | None) -> Calendar:
    """The hours that are entered for a place (None: for any), absences left aside."""
    return by_place(staff.hours).get(place_id, Calendar())


def open_times(place_id: int | None) -> Calendar:
    """The weeks in which a place (None: the clinic) is open, closures left aside."""
    query = select(OpeningHours).order_by(OpeningHours.id)
    rows = db.session.scalars(query.where(OpeningHours.location_id == place_id) if place_id else query)
    return Calendar(tuple(Opening(row.weekday, row.opens, row.closes, row.valid_from, row.valid_to) for row in rows))


def visits_hit(staff: StaffMember, before: Hours, after: Hours, now: datetime) -> list[Appointment]:
    """Coming visits of this person that lie inside the hours as they are and would not inside those that are meant."""
    here, hit = zone(), {}
    mine = select(Claim, Appointment.location_id).join(Claim.appointment).where(Claim.staff_id == staff.id, Claim.starts_at >= now)
    for claim, place_id in db.session.execute(mine):
        start, end = clock.local(claim.starts_at, here), clock.local(claim.ends_at, here)
        was, will = (fits(works_at(hours, place_id, start.date()), start.time(), end.time()) for hours in (before, after))
        if was and not will:
            hit[claim.appointment_id] = True
    return _visits(Appointment.id.in_(hit))


def visits_with(staff: StaffMember, now: datetime) -> list[Appointment]:
    """Coming visits for which this person is planned."""
    return _visits(Appointment.id.in_(select(Claim.appointment_id).where(Claim.staff_id == staff.id, Claim.starts_at >= now)))


def _visits(which: object) -> list[Appointment]:
    query = select(Appointment).where(which, Appointment.state.in_(COMING))  # type: ignore[arg-type]  # a column expression
    return list(db.session.scalars(query.options(joinedload(Appointment.patient)).order_by(Appointment.starts_at)))
