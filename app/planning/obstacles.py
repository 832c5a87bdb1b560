"""Why a visit cannot lie where it was wanted, as data; the sentences are made elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class Code(StrEnum):
    """The kinds of obstacle."""

    NO_WINDOW = "no_window"  # no dates at all: an open hold stands
    EMPTY_WINDOW = "empty_window"  # the window ends before it begins, or is already past
    OUTSIDE_STAY = "outside_stay"
    PAST = "past"
    TOO_FAR = "too_far"  # so far ahead that nothing is placed yet; `last`: the last day on which something is
    CLOSED = "closed"
    OUTSIDE_OPENING = "outside_opening"
    PATIENT_BUSY = "patient_busy"
    ON_HOLD = "on_hold"  # the day lies in a hold of the plan
    TOO_EARLY = "too_early"  # the session itself would lie below its minimum
    BREAKS_LATER = "breaks_later"  # a session that stays would fall outside its window
    TOO_NEAR = "too_near"  # another treatment, or another course of the plan, keeps days apart
    NOBODY_QUALIFIED = "nobody_qualified"  # nobody of the clinic has the roles and skills
    NOT_QUALIFIED = "not_qualified"  # the wanted person has not
    NOT_WORKING = "not_working"
    NO_PHYSICIAN_THEN = "no_physician_then"
    STAFF_BUSY = "staff_busy"
    NO_SUCH_ROOM = "no_such_room"
    ROOM_UNSUITABLE = "room_unsuitable"  # the wanted room is of another kind
    ROOM_TAKEN = "room_taken"
    CHAIR_TAKEN = "chair_taken"
    NO_SUCH_DEVICE = "no_such_device"
    DEVICE_TAKEN = "device_taken"
    OUT_OF_USE = "out_of_use"  # `what`: room, chair or device
    GIVES_WAY = "gives_way"  # a place there is would leave other sessions of the plan without one
    NO_COMMON_TIME = "no_common_time"  # each is free at some time, never all at once


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason, on `days`.

    `phase` is the phase that cannot be; `what` the key it asked for: a room or device kind, skills joined by commas, or
    "assistant"; `ids` the people, rooms, chairs or devices that are in the way. `first` and `last` are the limits of
    a window or a stay.
    """

    code: Code
    phase: str = ""
    what: str = ""
    ids: tuple[int, ...] = ()
    first: date | None = None
    last: date | None = None
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """No: every reason there is, never empty."""

    reasons: tuple[Obstacle, ...]


def gathered(obstacles: Iterable[Obstacle]) -> tuple[Obstacle, ...]:
    """Each obstacle once, with all the days it was met on, in the order they were first met."""
    met: dict[Obstacle, list[date]] = {}
    for obstacle in obstacles:
        met.setdefault(replace(obstacle, days=()), []).extend(obstacle.days)
    return tuple(replace(obstacle, days=tuple(sorted(set(days)))) for obstacle, days in met.items())
