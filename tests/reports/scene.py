"""A small clinic in December 2026, made so that every figure can be counted by hand; and how its reports are asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.reports import counting, lists
from app.reports.asked import Asked
from app.reports.counting import Figure
from app.reports.lists import Wanted
from app.reports.table import BY_KEY
from models.base import db
from models.clinic import Location

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def november(now: datetime, **changes: Any) -> Asked:
    """November 2026, everywhere, of everybody."""
    places = tuple(db.session.scalars(db.select(Location.id).order_by(Location.id)))
    return Asked(**({"first": FIRST, "last": LAST, "now": now, "zone": "Europe/Istanbul", "places": places} | changes))


def figure(key: str, asked: Asked) -> Figure:
    return counting.figure(BY_KEY[key], asked)


def listed(key: str, asked: Asked, **wanted: Any) -> list[lists.Row]:
    """The rows behind a figure."""
    return lists.every(BY_KEY[key], asked, Wanted(**wanted), names=True, most=1000)


def counted(key: str, asked: Asked) -> tuple[int, int]:
    """Rows and hits."""
    found = figure(key, asked)
    return found.all.n, found.all.hits
