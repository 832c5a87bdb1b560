"""Nothing is done to a patient while a check stands in its way."""

from __future__ import annotations

from datetime import datetime

from app.errors import Refused
from app.schedule.day import preflight
from models.appointment import Appointment


def check_clear(visit: Appointment, now: datetime, *moves: str) -> None:
    """Raises Refused, in the words of reception, while a pre-flight check blocks one of these moves."""
    hindering = [check.words for check in preflight.checks(visit, now, clinical=False) if check.blocks in moves]
    if hindering:
        raise Refused(" · ".join(dict.fromkeys(hindering)))
