"""Other times for a session of a series, and the ways out where it has none: the bridge to `app.planning.repairs`."""

from __future__ import annotations

from datetime import date
from itertools import islice

from app.planning.obstacles import Obstacle
from app.planning.repairs import NEEDS_LEAVE, Kind, Repair, free_times, repairs, why_not_wished
from app.schedule.series_booking import Proposal
from app.series.facts import held_days, holds_of
from models.treatment import Course

OTHERS = 3


def ways_out(one: Proposal) -> list[Repair]:
    """Every repair for a session without a place, or not placed as wished, best first; never the time it has."""
    found = repairs(one.request, one.window, lambda day: not _held(one.session.course, day), one.soonest)
    return [repair for repair in found if repair.slot is None or not _has(one, repair)]


def other_times(one: Proposal) -> list[Repair]:
    """The next best days for a session that has its place."""
    near = islice(free_times(one.request, one.window), OTHERS + 1) if one.window else ()
    found = [Repair(Kind.OTHER_TIME, slot) for slot in near]
    return [repair for repair in found if not _has(one, repair)][:OTHERS]


def not_as_wished(one: Proposal) -> tuple[Obstacle, ...]:
    """Why a session was not placed with the person wished for, or not on a good day; empty where all is as wished."""
    wished = one.request.wishes.practitioner
    if one.slot is None or one.window is None or wished is None or one.slot.performer_id == wished:
        return ()
    return why_not_wished(one.request, one.window)


def _has(one: Proposal, repair: Repair) -> bool:
    slot, other = one.slot, repair.slot
    return slot is not None and other is not None and (slot.day, slot.start_minute, slot.performer_id) == (
        other.day, other.start_minute, other.performer_id
    )  # fmt: skip


def _held(course: Course, day: date) -> bool:
    held = filter(None, map(held_days, holds_of(course)))
    return any(days.start <= day and (days.until is None or day <= days.until) for days in held)


__all__ = ["NEEDS_LEAVE", "Kind", "Repair", "not_as_wished", "other_times", "ways_out"]
