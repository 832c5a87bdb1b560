"""What changes the clinic itself. Each takes the moment, writes the trail, and never commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, time

from sqlalchemy import select

from app.clinic import queries
from app.clinic.forms import Identity, Mailing, WorkingRules
from app.clinic.public_holidays import PublicHoliday
from app.clinic.queries import Thing
from app.errors import Refused
from app.history import record
from app.hours import Closing, Span
from app.i18n import _n
from models.base import db
from models.clinic import Clinic, Closure, Location, OpeningHours, Room
from models.protocol import ProtocolVersion, VersionState

Validity = tuple[date | None, date | None]


def change(clinic: Clinic, chosen: Identity | Mailing | WorkingRules, now: datetime) -> None:
    """Take over what a settings page chose. Raises Refused when an approved protocol needs the number that is removed."""
    values = asdict(chosen)
    if values.get("phone_out_of_hours") == "":
        _needed_by_no_protocol("out_of_hours_number")
    place = {name: values.pop(name) for name in ("address",) if name in values}
    changed = [name for name, value in values.items() if getattr(clinic, name) != value]
    for name in changed:
        setattr(clinic, name, values[name])
    if place:
        changed += _change_address(place["address"], now)
    if changed:
        clinic.version += 1
        record("changed", clinic, now, fields=changed)


def _change_address(address: str, now: datetime) -> list[str]:
    place = db.session.scalar(select(Location).where(Location.active).order_by(Location.id).limit(1))
    if place is None or place.address == address:
        return []
    place.address = address
    record("changed", place, now, fields=["address"])
    return ["address"]


def _needed_by_no_protocol(need: str) -> None:
    approved = db.session.scalars(select(ProtocolVersion).where(ProtocolVersion.state == VersionState.APPROVED))
    number = sum(need in version.content.get("clinic", ()) for version in approved)
    if number:
        raise Refused(
            _n(
                "%(num)s approved protocol needs an out-of-hours number. Retire it first, or keep a number here.",
                "%(num)s approved protocols need an out-of-hours number. Retire them first, or keep a number here.",
                number,
            )
        )


def set_week(
    clinic: Clinic, place: Location, replaced: Validity | None, week: Mapping[int, list[Span]], validity: Validity, now: datetime
) -> None:
    """Set the open times of every weekday for a validity, in place of those of `replaced` and of the same validity."""
    for old in {replaced or validity, validity}:
        _remove_week(place, old)
    for weekday, spans in week.items():
        for opens, closes in spans:
            row = OpeningHours(location_id=place.id, weekday=weekday, opens=opens, closes=closes)
            row.valid_from, row.valid_to = validity
            db.session.add(row)
    clinic.version += 1
    record("changed", place, now, fields=["opening_hours"])


def remove_week(clinic: Clinic, place: Location, validity: Validity, now: datetime) -> None:
    """Take the open times of a validity away; those that began before it hold again."""
    _remove_week(place, validity)
    clinic.version += 1
    record("changed", place, now, fields=["opening_hours"])


def _remove_week(place: Location, validity: Validity) -> None:
    for row in db.session.scalars(select(OpeningHours).where(OpeningHours.location_id == place.id)):
        if (row.valid_from, row.valid_to) == validity:
            db.session.delete(row)


def close(place: Location, days: Iterable[date], from_time: time | None, why: str, now: datetime) -> list[Closure]:
    """Close the clinic on these days, the whole day or from a time on; a day that is shut by then already stays as it is."""
    calendar = queries.calendar(place)
    new = [day for day in days if not calendar.is_shut(Closing(day, from_time))]
    made = [Closure(location_id=place.id, day=day, from_time=from_time, why=why) for day in new]
    for closure in made:
        record("closed", closure, now)
    return made


def change_closure(closure: Closure, day: date, from_time: time | None, why: str, now: datetime) -> None:
    """Another day, time or reason for a closure."""
    closure.day, closure.from_time, closure.why = day, from_time, why
    record("changed", closure, now, fields=["day", "from_time", "why"])


def reopen(closure: Closure, now: datetime) -> None:
    """Take a closure away."""
    record("reopened", closure, now)
    db.session.delete(closure)


def import_holidays(place: Location, chosen: Iterable[PublicHoliday], now: datetime) -> int:
    """Close on these holidays; a day that is shut by then already stays as it is. Returns how many were added."""
    added = 0
    for holiday in chosen:
        for row in close(place, [holiday.day], holiday.from_time, holiday.name, now):
            row.holiday = True
            added += 1
    return added


def add_thing(thing: Thing, now: datetime) -> Thing:
    """A new room, chair or device."""
    record("added", thing, now)
    return thing


def change_thing(thing: Thing, name: str, kinds: list[str], active: bool, now: datetime) -> None:
    """Another name, other uses, in use or not. `kinds`: what can be done in a room; of a device the first is its kind."""
    thing.name, thing.active = name, active
    if isinstance(thing, Room):
        thing.kinds = kinds
    elif hasattr(thing, "kind"):
        thing.kind = kinds[0]
    record("changed", thing, now, fields=["name", "kinds", "active"])
