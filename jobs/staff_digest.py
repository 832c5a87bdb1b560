"""The numbers of the day, by mail to those who work on it, at 07:00 of every working day."""

from __future__ import annotations

from datetime import datetime

from app.clinic.queries import clinic_or_none
from app.messages import digest
from models.base import transaction


def run(now: datetime) -> str:
    """Plan the mails of this morning, if it is the time for them."""
    if clinic_or_none() is None:
        return "no clinic yet"
    with transaction():
        return f"{digest.plan(now)} wanted"
