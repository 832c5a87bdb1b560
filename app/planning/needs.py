"""What a visit needs on one day, and for each way to meet a need, the starts of the visit it works for."""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import groupby, permutations
from operator import or_
from typing import NamedTuple, Self

from app.planning.day_map import ALWAYS, DayMap, begins
from app.planning.obstacles import Code, Obstacle
from app.planning.resources import Kind
from app.planning.visit import Claim, Part, Place, Request, hands_on


class Stretch(NamedTuple):
    """Minutes of a phase, counted from the visit's start."""

    phase: str
    begin: int
    end: int

    @classmethod
    def of(cls, part: Part, minutes: int | None = None) -> Self:
        """The whole of a part, or its first minutes."""
        return cls(part.phase.name, part.begin, part.end if minutes is None else part.begin + minutes)

    def starts(self, free: int) -> int:
        """The starts of the visit for which `free` covers this stretch."""
        return begins(free, self.end - self.begin) >> self.begin


class Choice(NamedTuple):
    """One way to meet a need. `claims` count from the visit's start; the rest are bits of starts.

    `there`: who or what is chosen is present; `allowed`: and may do it then; `free`: and nobody else has it.
    """

    claims: tuple[Claim, ...]
    there: int
    allowed: int
    free: int

    @property
    def ids(self) -> tuple[int, ...]:
        """Who or what is claimed."""
        return tuple(dict.fromkeys(claim.id for claim in self.claims if claim.id is not None))


class Need(NamedTuple):
    """Something the visit cannot do without, and the ways to meet it, the best first."""

    kind: Kind
    phase: str
    what: str
    choices: tuple[Choice, ...]
    missing: Code
    taken: Code

    @property
    def starts(self) -> int:
        """The starts for which the need can be met."""
        return reduce(or_, (choice.free for choice in self.choices), 0)

    def pick(self, start: int, used: Iterable[Claim]) -> Choice:
        """The best way to meet the need at a start that has one; of equals, who or what the visit uses already."""
        able = [choice for choice in self.choices if choice.free >> start & 1]
        known = {claim.id for claim in used if claim.kind is self.kind}
        return next((choice for choice in able if known.issuperset(choice.ids)), able[0])

    def obstacles(self, wanted: int) -> Iterator[Obstacle]:
        """Why the need cannot be met at any of the wanted starts; nothing if it can."""
        if self.starts & wanted:
            return
        if not self.choices:
            yield Obstacle(self.missing, self.phase, self.what)
        stages: dict[Code, list[int]] = {}
        for choice in self.choices:
            stages.setdefault(self._stage(choice, wanted), []).extend(choice.ids)
        for code, ids in stages.items():
            yield Obstacle(code, self.phase, self.what, tuple(dict.fromkeys(ids)))

    def _stage(self, choice: Choice, wanted: int) -> Code:
        if not choice.there & wanted:
            return Code.NOT_WORKING
        return self.taken if choice.allowed & wanted else Code.NO_PHYSICIAN_THEN


def things(request: Request, parts: tuple[Part, ...], on: DayMap) -> list[Need]:
    """The rooms, chairs and devices of a visit."""
    return [*_rooms(request, parts, on), *_chairs(parts, on), *_devices(parts, on)]


def claimed(kind: Kind, pairs: Sequence[tuple[Stretch, int]], on: DayMap) -> Choice:
    """The choice of claiming, for each stretch, the person or thing with that id."""
    starts = ALWAYS
    for stretch, thing_id in pairs:
        starts &= stretch.starts(on.free(kind, thing_id))
    claims = tuple(Claim(stretch.phase, kind, thing_id, stretch.begin, stretch.end) for stretch, thing_id in pairs)
    return Choice(claims, ALWAYS, ALWAYS, starts)


def _rooms(request: Request, parts: tuple[Part, ...], on: DayMap) -> Iterator[Need]:
    kinds = _room_kinds(parts)
    main = kinds[parts.index(hands_on(parts))]
    for kind in dict.fromkeys(kind for kind in kinds if kind is not None):
        stretches = [Stretch.of(part) for part, asked in zip(parts, kinds, strict=True) if asked == kind]
        # the room that can do least else goes first: the others stay free for what only they can take
        rooms = sorted((room for room in on.resources.rooms if kind in room.kinds), key=lambda room: (len(room.kinds), room.id))
        wanted = request.wishes.room_id if kind == main else None
        suitable = [room.id for room in rooms if wanted in (None, room.id)]
        choices = tuple(claimed(Kind.ROOM, [(stretch, room_id) for stretch in stretches], on) for room_id in suitable)
        missing = Code.ROOM_UNSUITABLE if rooms else Code.NO_SUCH_ROOM
        yield Need(Kind.ROOM, stretches[0].phase, kind, choices, missing, Code.ROOM_TAKEN)


def _room_kinds(parts: tuple[Part, ...]) -> list[str | None]:
    """The kind of room of each part; `same_room` is the last room before it, else the first after it."""
    kinds: list[str | None] = []
    last = next((part.phase.room_kind for part in parts if part.phase.room_kind), None)
    for part in parts:
        last = part.phase.room_kind or last
        kinds.append(last if part.phase.room_kind or part.phase.place is Place.SAME_ROOM else None)
    return kinds


def _chairs(parts: tuple[Part, ...], on: DayMap) -> Iterator[Need]:
    chairs = sorted(chair.id for chair in on.resources.chairs)
    if not chairs:
        return
    for seated, run in groupby(parts, key=lambda part: part.phase.place is Place.ANY_CHAIR):
        if seated:  # who sits stays seated: one chair for phases that follow each other
            stretches = [Stretch.of(part) for part in run]
            choices = tuple(claimed(Kind.CHAIR, [(stretch, chair_id) for stretch in stretches], on) for chair_id in chairs)
            yield Need(Kind.CHAIR, stretches[0].phase, Place.ANY_CHAIR, choices, Code.CHAIR_TAKEN, Code.CHAIR_TAKEN)


def _devices(parts: tuple[Part, ...], on: DayMap) -> Iterator[Need]:
    for part in parts:
        for kind in dict.fromkeys(need.kind for need in part.phase.devices):
            stretches = [Stretch.of(part, need.minutes) for need in part.phase.devices if need.kind == kind]
            devices = sorted(device.id for device in on.resources.devices if device.kind == kind)
            ways = permutations(devices, len(stretches))
            choices = tuple(claimed(Kind.DEVICE, list(zip(stretches, ids, strict=True)), on) for ids in ways)
            yield Need(Kind.DEVICE, part.phase.name, kind, choices, Code.NO_SUCH_DEVICE, Code.DEVICE_TAKEN)
