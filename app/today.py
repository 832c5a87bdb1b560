"""The clinic's calendar day, which is what everybody here means by today, and how days stand in fields."""

from __future__ import annotations

from datetime import date, datetime

from app.formats import numeric_day
from app.i18n import language
from models import clock
from models.base import kept
from models.clinic import Clinic

BEFORE_THE_FIRST_RUN = "Europe/Istanbul"


def zone() -> str:
    """The clinic's time zone."""
    clinic = kept(Clinic, 1)
    return clinic.zone if clinic else BEFORE_THE_FIRST_RUN


def today_of(now: datetime) -> date:
    """The clinic's calendar day of a moment, wherever the machine stands."""
    return clock.day_of(now, zone())


def typed_day(day: date) -> str:
    """A day as a person would type it: 03/12/2026 · 3.12.2026."""
    return numeric_day(day, language())
