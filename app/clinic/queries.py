"""What the clinic is and has, and which booked visits a change would hit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app import cached
from app.errors import Refused
from app.hours import Calendar, Closing, Opening, Span, fits
from app.i18n import _
from models.appointment import COMING, Appointment, Claim
from models.base import db, kept
from models.clinic import Chair, Clinic, Closure, Device, Location, OpeningHours, Room

Thing = TypeVar("Thing", bound=Room | Chair | Device)


def the_clinic() -> Clinic:
    """The clinic. Raises Refused before it has been set up."""
    clinic = clinic_or_none()
    if clinic is None:
        raise Refused(_("This clinic is not set up yet."))
    return clinic


def clinic_or_none() -> Clinic | None:
    """The clinic, if it has been set up."""
    return kept(Clinic, 1)


def location() -> Location:
    """The clinic's first place in use. Raises Refused before one has been set up."""
    first = select(Location.id).where(Location.active).order_by(Location.id).limit(1)
    key = cached.while_the_house_stands("first place", lambda: db.session.scalar(first))
    found = kept(Location, key) if key is not None else None
    if found is None:
        raise Refused(_("This clinic is not set up yet."))
    return found


def has_several() -> bool:
    """There is more than one place, in use or not."""
    return cached.while_the_house_stands("places", lambda: (db.session.scalar(select(func.count(Location.id))) or 0,))[0] > 1


def phone_at(place_id: int) -> str:
    """The number that answers for a place: its own, else the clinic's."""
    place = kept(Location, place_id) if has_several() else location()
    return place.phone if place and place.phone else the_clinic().phone


def place_said(place_id: int) -> str:
    """The name of a place, for people who must know which; empty where there is only one."""
    place = kept(Location, place_id) if has_several() else None
    return place.name if place else ""


def locations() -> Sequence[Location]:
    """Every place of the clinic."""
    return db.session.scalars(select(Location).order_by(Location.id)).all()


def in_use() -> list[Location]:
    """The places where somebody can be booked."""
    return [place for place in locations() if place.active]


def opens_somewhere(day: date) -> bool:
    """Some place is open on that day."""
    return any(opening_of(place, day) for place in in_use())


def somebody_answers(there: datetime) -> bool:
    """Some place is open at that moment of the clinic's clock."""
    return any(calendar(place).is_open_at(there) for place in in_use())


def calendar(place: Location) -> Calendar:
    """All that decides when a place is open; ask it for as many days as needed."""
    return cached.while_the_house_stands(("calendar", place.id), lambda: _calendar(place))


def _calendar(place: Location) -> Calendar:
    openings = db.session.scalars(select(OpeningHours).where(OpeningHours.location_id == place.id).order_by(OpeningHours.id))
    return Calendar(
        tuple(Opening(row.weekday, row.opens, row.closes, row.valid_from, row.valid_to) for row in openings),
        tuple(Closing(row.day, row.from_time) for row in closures(place)),
    )


def opening_of(place: Location, day: date) -> list[Span]:
    """The open times of a day in the clinic's wall time, closures cut out."""
    return calendar(place).open_on(day)


def closures(place: Location, since: date | None = None) -> list[Closure]:
    """The closures of a place, from a day on where one is given."""
    query = select(Closure).where(or_(Closure.location_id.is_(None), Closure.location_id == place.id)).order_by(Closure.day, Closure.id)
    return list(db.session.scalars(query.where(Closure.day >= since) if since else query))


def coming_visits(place: Location, now: datetime) -> list[Appointment]:
    """Booked visits that have not begun."""
    query = select(Appointment).where(Appointment.location_id == place.id, Appointment.state.in_(COMING), Appointment.starts_at >= now)
    return list(db.session.scalars(query.options(joinedload(Appointment.patient)).order_by(Appointment.starts_at)))


def numbers_coming(now: datetime) -> dict[int, int]:
    """How many booked visits that have not begun each place has, by its id; places with none are left out."""
    coming = select(Appointment.location_id, func.count()).where(Appointment.state.in_(COMING), Appointment.starts_at >= now)
    return {row[0]: row[1] for row in db.session.execute(coming.group_by(Appointment.location_id))}


def visits_hit(place: Location, before: Calendar, after: Calendar, now: datetime) -> list[Appointment]:
    """Coming visits that lie inside the open times as they are and would not inside those that are meant."""
    days: dict[date, tuple[list[Span], list[Span]]] = {}
    hit = []
    for visit in coming_visits(place, now):
        if visit.local_day not in days:
            days[visit.local_day] = before.open_on(visit.local_day), after.open_on(visit.local_day)
        was, will = (_inside(visit, spans) for spans in days[visit.local_day])
        if was and not will:
            hit.append(visit)
    return hit


def visits_claiming(thing: Room | Chair | Device, now: datetime) -> list[Appointment]:
    """Coming visits that hold this room, chair or device."""
    column = {Room: Claim.room_id, Chair: Claim.chair_id, Device: Claim.device_id}[type(thing)]
    claimed = select(Claim.appointment_id).where(column == thing.id, Claim.starts_at >= now)
    query = select(Appointment).where(Appointment.id.in_(claimed), Appointment.state.in_(COMING))
    return list(db.session.scalars(query.options(joinedload(Appointment.patient)).order_by(Appointment.starts_at)))


def things(kind: type[Thing], place: Location) -> list[Thing]:
    """The rooms, chairs or devices of a place, those in use first."""
    return list(db.session.scalars(select(kind).where(kind.location_id == place.id).order_by(kind.active.desc(), kind.name)))


def _inside(visit: Appointment, spans: list[Span]) -> bool:
    end = visit.local_time.hour * 60 + visit.local_time.minute + visit.minutes
    return end < 24 * 60 and fits(spans, visit.local_time, visit.local_time.replace(hour=end // 60, minute=end % 60))
