"""Nothing is done to a patient while a check stands in its way."""

from __future__ import annotations

from app.errors import Refused
from app.schedule.day import preflight
from models.appointment import Appointment


def check_clear(visit: Appointment, *moves: str, happened: bool = False) -> None:
    """Raises Refused, in the words of reception, while a pre-flight check blocks one of these moves.

    `happened`: it is only written down; what was too early is for the forecast to judge.
    """
    found = [check for check in preflight.checks(visit, clinical=False) if check.blocks in moves]
    hindering = [check.words for check in found if not (happened and check.code == "too_early")]
    if hindering:
        raise Refused(" · ".join(dict.fromkeys(hindering)))
