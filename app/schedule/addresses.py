"""Addresses of visits: a day of sixty asks for hundreds, which differ only in a number."""

from __future__ import annotations

from flask import g, url_for

from app.front_door import where
from models.appointment import Appointment

_PLACE = 987654321


def day_of(visit: Appointment) -> str:
    """The row of a visit on its day."""
    return url_for("schedule.day", day=visit.local_day, place=where.in_address(visit.location_id), _anchor=f"v{visit.id}")


def address(endpoint: str, key: int, argument: str = "appointment_id", to: str | None = None) -> str:
    """The address of a page about one thing, worked out once a request for all things of its kind."""
    if "addresses" not in g:
        g.addresses = {}
    known: dict[tuple[str, str | None], tuple[str, str]] = g.addresses
    if (endpoint, to) not in known:
        before, after = url_for(endpoint, to=to, **{argument: _PLACE}).split(str(_PLACE))  # type: ignore[arg-type]  # its types know few names
        known[endpoint, to] = before, after
    before, after = known[endpoint, to]
    return f"{before}{key}{after}"
