"""What could be had in place of a time that cannot: near it, at it with somebody else or elsewhere, or on a day beside it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import chain, islice
from typing import Final

from app.planning.day_map import minute_bit
from app.planning.obstacles import Refusal
from app.planning.slots import check, free_slots
from app.planning.visit import Request, Slot
from app.planning.visit_on_day import VisitOnDay

NEAR: Final = 14  # days on either side in which another day is looked for
DAYS: Final = 2


def instead(request: Request, wanted: Slot, may_be: Callable[[date], bool]) -> list[Slot]:
    """Times that work, each once, the least changed first: that day with the same person just before and just after; at that
    time in another room, or with another person; the nearest days at which it may be, as near to that time as can be.

    `wanted` names the day, the minute and, if they matter, who performs it and where. That day itself is offered whatever
    `may_be` says: it was asked for.
    """
    named = request.asking_for(wanted.performer_id, wanted.room_id)
    found = chain(_beside(named, wanted), _elsewhere(request, wanted), _others(request, wanted), _days(request, wanted, may_be))
    known: dict[tuple[date, int, int | None, int | None], Slot] = {}
    for slot in found:
        known.setdefault((slot.day, slot.start_minute, slot.performer_id, slot.room_id if slot.day == wanted.day else None), slot)
    return list(known.values())


def _beside(request: Request, wanted: Slot) -> Iterator[Slot]:
    slots = free_slots(request, wanted.day)
    yield from [slot for slot in slots if slot.start_minute < wanted.start_minute][-1:]
    yield from islice((slot for slot in slots if slot.start_minute > wanted.start_minute), 1)


def _elsewhere(request: Request, wanted: Slot) -> Iterator[Slot]:
    found = check(request, wanted.day, wanted.start_minute, wanted.performer_id)
    if not isinstance(found, Refusal) and wanted.room_id is not None:
        yield found


def _others(request: Request, wanted: Slot) -> Iterator[Slot]:
    """At that time with each other person who could, who suits best first."""
    visit = VisitOnDay.of(request, wanted.day)
    able = sorted(visit.candidates(minute_bit(wanted.start_minute)), key=lambda one: one.rank)
    seen = {wanted.performer_id}
    for one in able:
        if one.team.performer_id not in seen:
            seen.add(one.team.performer_id)
            yield visit.slot(one)


def _days(request: Request, wanted: Slot, may_be: Callable[[date], bool]) -> Iterator[Slot]:
    named = request.asking_for(wanted.performer_id)
    days = (wanted.day + timedelta(days=side * n) for n in range(1, NEAR + 1) for side in (1, -1))
    near = (_nearest(free_slots(named, day), wanted) for day in days if may_be(day))
    yield from islice((slot for slot in near if slot is not None), DAYS)


def _nearest(slots: Iterable[Slot], wanted: Slot) -> Slot | None:
    return min(slots, key=lambda slot: (abs(slot.start_minute - wanted.start_minute), slot.start_minute), default=None)
