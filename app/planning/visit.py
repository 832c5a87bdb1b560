"""A visit to be placed: its phases, what each needs, what the patient wishes; and the slot that answers it."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from app.planning.resources import DAY_MINUTES, PHYSICIAN, PRACTITIONER, Days, Kind, Resources, Span

PROCEDURE = "procedure"
WHOLE_VISIT = "visit"


class Assistant(StrEnum):
    """How far a phase needs an assistant beside, or instead of, the performer (the library's defaults)."""

    NONE = "none"
    WANTED = "wanted"  # one, if any works that day; else the performer is alone
    REQUIRED = "required"
    ELSE_PERFORMER = "else_performer"  # an assistant alone; the performer only where none works at that time


class Place(StrEnum):
    """Where the patient waits when a phase has no room of its own (the library's places)."""

    ANY_CHAIR = "any_chair"
    SAME_ROOM = "same_room"


@dataclass(frozen=True, slots=True)
class DeviceNeed:
    """A device from the phase's begin on; `minutes` None: for the whole phase."""

    kind: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a visit and what it claims besides the patient.

    `performer`: one person with one of `performer_roles` and all `skills`; phases that ask for the same roles share one
    person, who has the skills of all of them. `supervised`: who is not a physician performs only while a physician
    works. Phases that ask for the same `room_kind` share one room.
    """

    name: str
    minutes: int
    performer: bool = False
    performer_roles: frozenset[str] = frozenset({PHYSICIAN})
    supervised: bool = False
    skills: frozenset[str] = frozenset()
    assistant: Assistant = Assistant.NONE
    assistant_roles: frozenset[str] = frozenset({PRACTITIONER})
    room_kind: str | None = None
    place: Place | None = None
    devices: tuple[DeviceNeed, ...] = ()

    def __post_init__(self) -> None:
        lengths = [self.minutes, *(need.minutes for need in self.devices if need.minutes is not None)]
        if min(lengths) < 1 or max(lengths) > self.minutes:
            raise ValueError(f"phase {self.name}: minutes must be at least 1, and no device may outlast the phase")
        if self.performer and self.assistant is Assistant.ELSE_PERFORMER:
            raise ValueError(f"phase {self.name}: the performer cannot also stand in for the assistant")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the patient would like, and the limits that always hold.

    Wishes: `practitioner`, `weekdays` (Monday 0), `hours` of the visit's start. Limits: `only_practitioner`,
    `room_id`, and the days of a stay in town (both included).
    """

    practitioner: int | None = None
    only_practitioner: bool = False
    room_id: int | None = None
    weekdays: frozenset[int] = frozenset()
    hours: tuple[Span, ...] = ()
    stay_from: date | None = None
    stay_to: date | None = None

    def in_town(self, day: date) -> bool:
        """The day lies inside the stay."""
        return (self.stay_from is None or self.stay_from <= day) and (self.stay_to is None or day <= self.stay_to)


@dataclass(frozen=True, slots=True)
class Request:
    """One visit to be placed. Starts before `not_before` (a day and its minute) are past or too short notice, days after
    `not_after` too far ahead.
    """

    phases: tuple[Phase, ...]
    resources: Resources
    patient_busy: Days = field(default_factory=dict)
    wishes: Wishes = Wishes()
    not_before: tuple[date, int] | None = None
    not_after: date | None = None
    seen: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)  # of `best_on`

    def __post_init__(self) -> None:
        if not self.phases:
            raise ValueError("a visit needs at least one phase")
        stays = any(phase.place is Place.SAME_ROOM and phase.room_kind is None for phase in self.phases)
        if stays and not any(phase.room_kind for phase in self.phases):
            raise ValueError("same_room, but no phase has a room")

    def asking_for(self, staff_id: int | None = None, room_id: int | None = None) -> "Request":
        """The same visit with nobody but this performer, and in no room but this one, where they are named."""
        wishes = self.wishes
        if staff_id is not None:
            wishes = replace(wishes, practitioner=staff_id, only_practitioner=True)
        if room_id is not None:
            wishes = replace(wishes, room_id=room_id)
        return replace(self, wishes=wishes)

    def too_far(self, day: date) -> bool:
        """Nothing is placed yet on a day so far ahead."""
        return self.not_after is not None and day > self.not_after

    def coming(self, day: date) -> Span:
        """The minutes of the day on which a visit is neither past or too soon nor too far ahead."""
        if self.too_far(day):
            return DAY_MINUTES, DAY_MINUTES
        if self.not_before is None or day > self.not_before[0]:
            return 0, DAY_MINUTES
        return (self.not_before[1] if day == self.not_before[0] else DAY_MINUTES), DAY_MINUTES


class Part(NamedTuple):
    """A phase at its place in the visit, in minutes after the visit's start."""

    phase: Phase
    begin: int
    end: int


class Claim(NamedTuple):
    """A phase claims one person or thing from a minute to a minute; `id` None: the patient of the visit."""

    phase: str
    kind: Kind
    id: int | None
    start_minute: int
    end_minute: int

    def at(self, start: int) -> "Claim":
        """The same claim in a visit that starts at minute `start` instead of 0."""
        return Claim(self.phase, self.kind, self.id, self.start_minute + start, self.end_minute + start)


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time and everything it would claim. The patient must be there at `start_minute`.

    `performer_id` and `room_id` are those of the hands-on phase.
    """

    day: date
    start_minute: int
    hands_on_minute: int
    end_minute: int
    performer_id: int | None
    room_id: int | None
    claims: tuple[Claim, ...]


def laid_out(phases: tuple[Phase, ...]) -> tuple[Part, ...]:
    """The phases one after another, the first at minute 0."""
    parts: list[Part] = []
    begin = 0
    for phase in phases:
        parts.append(Part(phase, begin, begin + phase.minutes))
        begin += phase.minutes
    return tuple(parts)


def hands_on(parts: tuple[Part, ...]) -> Part:
    """Where hands-on treatment begins: the procedure, else the first phase with a performer, else the first."""
    named = [part for part in parts if part.phase.name == PROCEDURE]
    performed = [part for part in parts if part.phase.performer]
    return (named or performed or list(parts))[0]


def patient_minutes(parts: tuple[Part, ...]) -> int:
    """How long the patient is claimed: to the end of the last phase with a performer (docs/rules.md)."""
    return max((part.end for part in parts if part.phase.performer), default=parts[-1].end)
