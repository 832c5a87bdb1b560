"""Time as bits: bit n of a whole number stands for the minute n after midnight, and of a run of days each day begins `STRIDE`
bits after the one before.

Setting, cutting and shifting such numbers answers "from when on is this free for 30 minutes" for a whole day, or for a month
of days, at once. Between two days lie bits that are never set: nothing is free from one day into the next.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final, TypeVar

from app.planning.resources import DAY_MINUTES, PHYSICIAN, Chair, Days, Device, Kind, Person, Resources, Room, Span
from app.planning.visit import Claim

T = TypeVar("T")
GRAIN: Final = 5
BYTES: Final = DAY_MINUTES // 8 + 1
STRIDE: Final = 8 * BYTES
ALWAYS: Final = -1
"""Every minute of every day."""
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


@lru_cache(maxsize=64)  # most rooms are as empty as the day is long
def begins(free: int, minutes: int) -> int:
    """The minutes from which on at least `minutes` (1 or more) are free without a break."""
    for step in _steps(minutes):
        free &= free >> step
    return free


@cache
def _steps(minutes: int) -> tuple[int, ...]:
    """Shifts that together reach over so many minutes: what is known to be free doubles with each."""
    known, steps = 1, []
    while known < minutes:
        steps.append(min(known, minutes - known))
        known += steps[-1]
    return tuple(steps)


def first_minute(bits: int) -> int:
    """The first of the minutes, of which there is one."""
    return (bits & -bits).bit_length() - 1


def each_minute(bits: int) -> Iterator[int]:
    """The minutes in order."""
    while bits:
        yield first_minute(bits)
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
    """Who works and what is free on one day or a run of days, everything inside the opening hours; worked out when first asked."""

    def __init__(self, resources: Resources, days: Sequence[date], taken: tuple[Claim, ...] = ()) -> None:
        """`taken` are further claims, of the one day that is asked about, that are not in the resources' busy times yet."""
        self.resources = resources
        self.days = days
        self._taken = taken
        self._things: dict[tuple[Kind, int], Person | Room | Chair | Device] = {
            **{(Kind.STAFF, person.id): person for person in resources.people},
            **{(Kind.ROOM, room.id): room for room in resources.rooms},
            **{(Kind.CHAIR, chair.id): chair for chair in resources.chairs},
            **{(Kind.DEVICE, device.id): device for device in resources.devices},
        }
        self._known: dict[tuple[str, int], int] = {}
        self._seen: dict[Hashable, Any] = {}
        self.opening = self.minutes(resources.opening)

    @classmethod
    def of(cls, resources: Resources, days: tuple[date, ...], taken: tuple[Claim, ...] = ()) -> "DayMap":
        """The map of these days; made once where nothing further is claimed, whoever asks."""
        if taken:
            return cls(resources, days, taken)
        if days not in resources.maps:
            resources.maps[days] = cls(resources, days)
        found: DayMap = resources.maps[days]
        return found

    def once(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """What is worked out from these days alone and the key. Visits with the same phases ask the same of them."""
        if key not in self._seen:
            self._seen[key] = work_out()
        found: T = self._seen[key]
        return found

    def minutes(self, spans: Days) -> int:
        """The minutes inside the spans of each day."""
        if not spans:
            return 0
        return int.from_bytes(b"".join([_bytes_of(tuple(found)) if (found := spans.get(day)) else _NONE for day in self.days]), "little")

    def works(self, person: Person) -> int:
        """The person's working hours."""
        return self._once("hours", person.id, lambda: self.opening & self.minutes(person.hours))

    def physician_works(self) -> int:
        """When at least one physician works, with a patient or not."""
        bits = 0
        for person in self.resources.people:
            if PHYSICIAN in person.roles:
                bits |= self.works(person)
        return bits

    def without(self, people: Iterable[Person]) -> int:
        """All minutes of the days on which none of these people works."""
        works = 0
        for person in people:
            works |= self.works(person)
        every = works.to_bytes(len(self.days) * BYTES, "little")
        idle = (b"\0" if day_of(every, at) else b"\xff" for at in range(len(self.days)))
        return int.from_bytes(b"".join(one * BYTES for one in idle), "little")

    def free(self, kind: Kind, thing_id: int) -> int:
        """When the person or thing with that id can be claimed."""
        return self._once(kind, thing_id, lambda: self._unclaimed(kind, self._things[kind, thing_id]))

    def patient_free(self, busy: Days) -> int:
        """When the patient of the visit, with other visits at `busy`, can be here."""
        return self._left_of(self.opening, busy, Kind.PATIENT, None)

    def _unclaimed(self, kind: Kind, thing: Person | Room | Chair | Device) -> int:
        there = self.works(thing) if isinstance(thing, Person) else self.opening
        return self._left_of(there, thing.busy, kind, thing.id)

    def _left_of(self, there: int, busy: Days, kind: Kind, thing_id: int | None) -> int:
        spans = [(claim.start_minute, claim.end_minute) for claim in self._taken if (claim.kind, claim.id) == (kind, thing_id)]
        return there ^ (there & (self.minutes(busy) | minutes_of(spans)))

    def _once(self, what: str, thing_id: int, work_out: Callable[[], int]) -> int:
        bits = self._known.get((what, thing_id))
        if bits is None:
            bits = self._known[what, thing_id] = work_out()
        return bits


def day_of(every: bytes, at: int) -> int:
    """The bits of the day numbered `at`, of the little-endian bytes of a run of days."""
    return int.from_bytes(every[at * BYTES : (at + 1) * BYTES], "little")


_NONE: Final = bytes(BYTES)


@lru_cache(maxsize=4096)
def _bytes_of(spans: tuple[Span, ...]) -> bytes:
    return minutes_of(spans).to_bytes(BYTES, "little")
