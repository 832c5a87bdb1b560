"""A patient who comes late: does all that is planned still fit from now on, and what could be done instead?"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Final, NamedTuple

from app.planning.obstacles import Obstacle
from app.planning.slots import check, free_slots
from app.planning.visit import Phase, Request, Slot

GRACE: Final = 10  # minutes that are nobody's trouble
LATER_FROM: Final = 15
APART: Final = 30
SHOWN: Final = 3


class Ways(NamedTuple):
    """What can be done, each free of clashes. `as_planned` None: it does not fit, for `reasons`; only then is there another way now."""

    as_planned: Slot | None
    reasons: tuple[Obstacle, ...]
    other_room: Slot | None
    shorter: Slot | None
    later: tuple[Slot, ...]


def came_late(planned: datetime, came: datetime) -> int:
    """The whole minutes by which somebody came late; 0 for those that are nobody's trouble."""
    minutes = int((came - planned).total_seconds() // 60)
    return minutes if minutes > GRACE else 0


def without(phases: tuple[Phase, ...], name: str) -> tuple[Phase, ...]:
    """The phases without the one of that name, but for the time that a device has to run in it."""
    found = []
    for phase in phases:
        runs = max((need.minutes or phase.minutes for need in phase.devices), default=0)
        if phase.name != name:
            found.append(phase)
        elif runs:
            found.append(replace(phase, minutes=runs))
    return tuple(found)


def ways(request: Request, day: date, minute: int, performer_id: int | None, room_id: int | None, short: tuple[Phase, ...] = ()) -> Ways:
    """The visit begun at this minute with its own practitioner in its own room; else what else there is today.

    `request` sees the world without the visit. `short`: its phases where something may be left out; empty: nothing may.
    """
    own = request.asking_for(performer_id)
    later = _spread(own, day, minute + LATER_FROM) or _spread(request, day, minute + LATER_FROM)
    found = check(own, day, minute, room_id=room_id)
    if isinstance(found, Slot):
        return Ways(found, (), None, None, later)
    shorter = None
    if short and short != request.phases:
        quick = replace(own, phases=short)
        shorter = _slot(quick, day, minute, room_id) or _slot(quick, day, minute)
    return Ways(None, found.reasons, _slot(own, day, minute), shorter, later)


def _slot(request: Request, day: date, minute: int, room_id: int | None = None) -> Slot | None:
    found = check(request, day, minute, room_id=room_id)
    return found if isinstance(found, Slot) else None


def _spread(request: Request, day: date, first: int) -> tuple[Slot, ...]:
    """The next few times of the day, half an hour apart."""
    kept: list[Slot] = []
    for slot in _from(free_slots(request, day), first):
        if not kept or slot.start_minute - kept[-1].start_minute >= APART:
            kept.append(slot)
    return tuple(kept[:SHOWN])


def _from(slots: Iterable[Slot], first: int) -> Iterable[Slot]:
    return (slot for slot in slots if slot.start_minute >= first)
