"""Other times for a session of a series, and the ways out where it has none: the bridge to `app.planning.repairs`."""

from __future__ import annotations

from datetime import date
from itertools import islice

from app.planning import repairs as repairing
from app.planning.obstacles import Obstacle
from app.planning.repairs import Kind, Repair, free_times, repairs
from app.schedule.placing.proposals import Proposal
from app.series.facts import holds_on
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


def not_as_wished(one: Proposal) -> bool:
    """The session has a time, but with somebody else than was wished for."""
    wished = one.request.wishes.practitioner
    return one.slot is not None and wished is not None and one.slot.performer_id != wished


def why_not_wished(one: Proposal) -> tuple[Obstacle, ...]:
    """Why the person wished for is not to be had on the best day; empty where another session or the rest of the series decided."""
    return repairing.why_not_wished(one.request, one.window) if one.window else ()


def _has(one: Proposal, repair: Repair) -> bool:
    slot, other = one.slot, repair.slot
    return slot is not None and other is not None and (slot.day, slot.start_minute, slot.performer_id) == (
        other.day, other.start_minute, other.performer_id
    )  # fmt: skip


def _held(course: Course, day: date) -> bool:
    return any(days.cover(day) for days in holds_on(course))
