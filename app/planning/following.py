"""What becomes of the visits booked after one that is moved: shifted with it, or placed anew at their best days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.planning.obstacles import Refusal
from app.planning.series import Placement, place_series
from app.planning.series_tracks import Track, WindowAfter
from app.planning.slots import check, free_slots
from app.planning.visit import Request, Slot


@dataclass(frozen=True, slots=True)
class Follower:
    """A booked visit. `request` sees the world without it, and without every visit that moves with it."""

    request: Request
    day: date
    start: int
    performer_id: int | None = None


def shifted(followers: Sequence[Follower], by_days: int) -> tuple[Placement, ...]:
    """Each the same number of days off, so that the days between them stay, as near to its hour as that day allows.

    At its own hour the same practitioner comes first; where a day has no time at all, every reason is given.
    """
    return tuple(_on(one, one.day + timedelta(days=by_days)) for one in followers)


def respaced(followers: Sequence[Follower], window_after: WindowAfter, one_chain: bool) -> tuple[Placement, ...]:
    """Each as near to its ideal day as people, rooms and devices allow, inside the windows that follow from one another.

    `one_chain`: each window counts from nothing but the visit before. Otherwise a window may depend on all before it, and a visit
    may come to lie before an earlier one, which can be of another course.
    """
    every = frozenset[int]() if one_chain else frozenset(range(len(followers)))
    sessions = tuple(one.request for one in followers)
    return place_series(Track(sessions, lambda first: window_after, remembers=every, in_any_order=every))


def _on(one: Follower, day: date) -> Placement:
    for performer_id in dict.fromkeys((one.performer_id, None)):
        found = check(one.request, day, one.start, performer_id)
        if isinstance(found, Slot):
            return Placement(None, found)
    slots = free_slots(one.request, day)
    if slots:
        return Placement(None, min(slots, key=lambda slot: (abs(slot.start_minute - one.start), slot.start_minute)))
    refused = check(one.request, day, one.start)
    return Placement(None, None, refused.reasons if isinstance(refused, Refusal) else ())
