"""The simple clinic: hours, rooms and devices, and everybody who treats works whenever it is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from app.beginning.forms import SimpleClinic
from app.clinic import actions, queries
from app.clinic.forms import Identity
from app.staff import actions as staff_actions
from app.staff.queries import everyone
from models.base import db, held
from models.clinic import Clinic, Device, Location, OpeningHours, Room

ALWAYS = (None, None)
USES = ["consultation", "procedure"]


def is_empty(place: Location) -> bool:
    """Nobody has entered hours or rooms yet."""
    return not any(db.session.scalar(select(what.id).where(what.location_id == place.id).limit(1)) for what in (OpeningHours, Room))


def make(chosen: SimpleClinic, now: datetime) -> None:
    """Fill an empty clinic; one that has hours or rooms by now stays as it is, so a second press changes nothing."""
    clinic, place = queries.the_clinic(), queries.location()
    held(place)
    if not is_empty(place):
        return
    actions.change(clinic, _reached(clinic, place, chosen), now)
    actions.set_week(clinic, place, None, chosen.week, ALWAYS, now)
    for name in chosen.rooms:
        actions.add_thing(Room(location_id=place.id, name=name, kinds=USES), now)
    for kind, name in chosen.devices.items():
        actions.add_thing(Device(location_id=place.id, name=name, kind=kind), now)
    for person in everyone():
        if person.active and person.skills and not person.hours:
            staff_actions.set_week(person, None, None, chosen.week, ALWAYS, now)


def _reached(clinic: Clinic, place: Location, chosen: SimpleClinic) -> Identity:
    """The clinic with the ways to reach it that were typed."""
    known = {name: getattr(clinic, name) for name in Identity.__dataclass_fields__ if name != "address"}
    typed = {name: getattr(chosen, name) for name in ("phone", "phone_out_of_hours", "reply_address")}
    return replace(Identity(**known, address=place.address), **{name: value for name, value in typed.items() if value})
