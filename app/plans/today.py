"""The clinic's day, for every action of this room, and how days stand in fields."""

from __future__ import annotations

from datetime import date, datetime

from app.formats import numeric_day
from app.i18n import language
from models import clock
from models.base import db
from models.clinic import Clinic


def today_of(now: datetime) -> date:
    """The clinic's calendar day."""
    return clock.day_of(now, db.session.get_one(Clinic, 1).zone)


def typed_day(day: date) -> str:
    """A day as a person would type it: 03/12/2026 · 3.12.2026."""
    return numeric_day(day, language())
