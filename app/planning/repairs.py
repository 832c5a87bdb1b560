"""What would help where a session has no place, or not the wished one: ranked, each a free time or leaving it for later.

First the days inside the window, as near to the recommended one as can be: with the person wished for, then with anyone, then
beyond a stay in town; then, with a physician's leave, the nearest day after the window, and the nearest before it, which
is the worse of the two; always last, to leave the session for later.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.planning.best_on_day import best_on
from app.planning.obstacles import Obstacle
from app.planning.placement import cost, distances
from app.planning.slots import why_none
from app.planning.visit import Request, Slot
from app.planning.windows import Window

ONE_DAY: Final = timedelta(days=1)
Allowed = Callable[[date], bool]


class Kind(StrEnum):
    """In what a repair differs from what was wished."""

    OTHER_TIME = "other_time"  # another day or hour inside the window
    OTHER_PRACTITIONER = "other_practitioner"
    OUTSIDE_STAY = "outside_stay"  # the patient would have to be in town then
    LATE = "late"  # after the window, with a physician's leave
    EARLY = "early"  # below the minimum, with a physician's leave
    LATER = "later"  # no time now: it stands on the worklist


NEEDS_LEAVE: Final = frozenset({Kind.LATE, Kind.EARLY})


@dataclass(frozen=True, slots=True)
class Repair:
    """One way out. `slot` None: leave the session for later."""

    kind: Kind
    slot: Slot | None


def repairs(request: Request, window: Window | None, allowed: Allowed, soonest: date | None = None) -> list[Repair]:
    """Every way out that works, the best first; a time is offered once. `window` None: without dates there is only "later".

    `allowed` says whether a day outside the window may be used (no hold covers it). `soonest` is the first day on which the
    session would still count; None: it must not be early.
    """
    found: dict[tuple[date, int, int | None], Repair] = {}
    for kind, asked, days in _tries(request, window, soonest) if window else ():
        slot = next((slot for slot in free_times(asked, days) if kind not in NEEDS_LEAVE or allowed(slot.day)), None)
        if slot is not None:
            found.setdefault((slot.day, slot.start_minute, slot.performer_id), Repair(kind, slot))
    return [*found.values(), Repair(Kind.LATER, None)]


def free_times(request: Request, window: Window) -> Iterator[Slot]:
    """The best free time of each day of a window, the days as near to the recommended one as can be first."""
    for day, distance in distances(request, window):
        visit, candidates = best_on(request, day)
        best = min(candidates, key=lambda one: (cost(distance, one.fit, False), one.rank), default=None)
        if best is not None:
            yield visit.slot(best)


def why_not_wished(request: Request, window: Window) -> tuple[Obstacle, ...]:
    """Every reason why the recommended day cannot be had with the person wished for; empty if it can."""
    return why_none(_only_wished(request), window.recommended)


def _tries(request: Request, window: Window, soonest: date | None) -> Iterator[tuple[Kind, Request, Window]]:
    """What is looked for, in order of rank."""
    wishes, last = request.wishes, window.latest
    yield Kind.OTHER_TIME, _only_wished(request), window
    if wishes.practitioner is not None and not wishes.only_practitioner:
        yield Kind.OTHER_PRACTITIONER, request, window
    if wishes.stay_from or wishes.stay_to:
        yield Kind.OUTSIDE_STAY, replace(request, wishes=replace(wishes, stay_from=None, stay_to=None)), window
    if last is not None:
        after = max(last, window.earliest) + ONE_DAY
        yield Kind.LATE, request, window._replace(earliest=after, recommended=after, latest=None)
    if soonest is not None and soonest < window.earliest:
        before = window.earliest - ONE_DAY
        yield Kind.EARLY, request, window._replace(earliest=soonest, recommended=before, latest=before)


def _only_wished(request: Request) -> Request:
    """Nobody but the person wished for, if one is."""
    return replace(request, wishes=replace(request.wishes, only_practitioner=request.wishes.practitioner is not None))
