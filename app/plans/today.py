"""The clinic's day, for every action of this room."""

from __future__ import annotations

from datetime import date, datetime

from models import clock
from models.base import db
from models.clinic import Clinic


def today_of(now: datetime) -> date:
    """The clinic's calendar day."""
    return clock.day_of(now, db.session.get_one(Clinic, 1).zone)
