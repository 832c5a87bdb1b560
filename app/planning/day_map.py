"""Time of one day as bits: bit n of a whole number stands for the minute n after midnight.

Setting, cutting and shifting such numbers answers "from when on is this free for 30 minutes" for a whole day at once.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from typing import Any, Final, TypeVar

from app.planning.resources import DAY_MINUTES, PHYSICIAN, Chair, Device, Kind, Person, Resources, Room, Span
from app.planning.visit import Claim

T = TypeVar("T")
GRAIN: Final = 5
WHOLE_DAY: Final = (1 << DAY_MINUTES) - 1
ON_THE_GRAIN: Final = sum(1 << minute for minute in range(0, DAY_MINUTES, GRAIN))


def minutes_of(spans: Iterable[Span]) -> int:
    """The minutes inside any of the spans, cut to the day."""
    bits = 0
    for start, end in spans:
        low, high = max(start, 0), min(end, DAY_MINUTES)
        if low < high:
            bits |= (1 << high) - (1 << low)
    return bits


def minute_bit(minute: int) -> int:
    """One minute; nothing for one that is not of the day."""
    return 1 << minute if 0 <= minute < DAY_MINUTES else 0


def begins(free: int, minutes: int) -> int:
    """The minutes from which on at least `minutes` (1 or more) are free without a break."""
    known = 1
    while known < minutes:
        step = min(known, minutes - known)
        free &= free >> step
        known += step
    return free


def each_minute(bits: int) -> Iterator[int]:
    """The minutes in order."""
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


def gap_after(free: int, minute: int) -> int:
    """How many minutes are free without a break from `minute` on."""
    ahead = free >> minute
    return (~ahead & (ahead + 1)).bit_length() - 1


def gap_before(free: int, minute: int) -> int:
    """How many minutes are free without a break up to `minute`."""
    taken = ~free & ((1 << minute) - 1)
    return minute - taken.bit_length()


class DayMap:
    """Who works and what is free on one day, everything inside the opening hours; worked out when first asked."""

    def __init__(self, resources: Resources, day: date, taken: tuple[Claim, ...] = ()) -> None:
        """`taken` are further claims of the day that are not in the resources' busy times yet."""
        self.resources = resources
        self.day = day
        self.opening = minutes_of(resources.opening.get(day, ()))
        self._taken = taken
        self._things: dict[tuple[Kind, int], Person | Room | Chair | Device] = {
            **{(Kind.STAFF, person.id): person for person in resources.people},
            **{(Kind.ROOM, room.id): room for room in resources.rooms},
            **{(Kind.CHAIR, chair.id): chair for chair in resources.chairs},
            **{(Kind.DEVICE, device.id): device for device in resources.devices},
        }
        self._known: dict[tuple[str, int], int] = {}
        self._seen: dict[Hashable, Any] = {}

    @classmethod
    def of(cls, resources: Resources, day: date, taken: tuple[Claim, ...] = ()) -> "DayMap":
        """The map of a day; made once where nothing further is claimed, whoever asks."""
        if taken:
            return cls(resources, day, taken)
        if day not in resources.maps:
            resources.maps[day] = cls(resources, day)
        found: DayMap = resources.maps[day]
        return found

    def once(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """What is worked out from this day alone and the key. Visits with the same phases ask the same of it."""
        if key not in self._seen:
            self._seen[key] = work_out()
        found: T = self._seen[key]
        return found

    def works(self, person: Person) -> int:
        """The person's working hours."""
        return self._once("hours", person.id, lambda: self.opening & minutes_of(person.hours.get(self.day, ())))

    def physician_works(self) -> int:
        """When at least one physician works, with a patient or not."""
        bits = 0
        for person in self.resources.people:
            if PHYSICIAN in person.roles:
                bits |= self.works(person)
        return bits

    def free(self, kind: Kind, thing_id: int) -> int:
        """When the person or thing with that id can be claimed."""
        return self._once(kind, thing_id, lambda: self._unclaimed(kind, self._things[kind, thing_id]))

    def patient_free(self, busy: Iterable[Span]) -> int:
        """When the patient of the visit, with other visits at `busy`, can be here."""
        return self.opening & ~minutes_of([*busy, *self._spans_taken(Kind.PATIENT, None)])

    def _unclaimed(self, kind: Kind, thing: Person | Room | Chair | Device) -> int:
        there = self.works(thing) if isinstance(thing, Person) else self.opening
        return there & ~minutes_of([*thing.busy.get(self.day, ()), *self._spans_taken(kind, thing.id)])

    def _spans_taken(self, kind: Kind, thing_id: int | None) -> list[Span]:
        return [(claim.start_minute, claim.end_minute) for claim in self._taken if (claim.kind, claim.id) == (kind, thing_id)]

    def _once(self, what: str, thing_id: int, work_out: Callable[[], int]) -> int:
        bits = self._known.get((what, thing_id))
        if bits is None:
            bits = self._known[what, thing_id] = work_out()
        return bits
