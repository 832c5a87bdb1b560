"""What opens, renames and closes a place of the clinic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from app.clinic import queries
from app.clinic.forms import Place
from app.errors import Refused
from app.history import record
from app.i18n import _
from app.letters import fold
from models.base import db
from models.clinic import Location


class StillVisited(Refused):
    """A place with coming visits stays in use. `visits`: how many there are."""

    def __init__(self, visits: int) -> None:
        super().__init__(_("Visits are booked at this location."))
        self.visits = visits


def add(chosen: Place, now: datetime) -> Location:
    """A new place, without hours and rooms. Raises Refused where one has its name."""
    _name_is_free(chosen.name, _alone())
    made = Location(**asdict(chosen))
    record("added", made, now)
    return made


def change(place: Location, chosen: Place, now: datetime) -> None:
    """Another name or address, in use or closed. Raises Refused where the name is another's or nothing would be in use,
    StillVisited where somebody is still to come.
    """
    others = [other for other in _alone() if other is not place]
    _name_is_free(chosen.name, others)
    if place.active and not chosen.active:
        _may_close(place, others, now)
    changed = [name for name, value in asdict(chosen).items() if getattr(place, name) != value]
    for name in changed:
        setattr(place, name, getattr(chosen, name))
    if changed:
        record("changed", place, now, fields=changed)


def _alone() -> list[Location]:
    """Every place as it is now: to the transaction's end nobody else changes one, or books there."""
    query = select(Location).order_by(Location.id).with_for_update()
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _name_is_free(name: str, others: Iterable[Location]) -> None:
    if fold(name) in {fold(other.name) for other in others}:
        raise Refused(_("Another location has this name already."))


def _may_close(place: Location, others: Iterable[Location], now: datetime) -> None:
    if not any(other.active for other in others):
        raise Refused(_("This is the only location in use. Add the new one first."))
    if visits := queries.numbers_coming(now).get(place.id):
        raise StillVisited(visits)
