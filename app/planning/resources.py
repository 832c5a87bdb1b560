"""Who and what a visit can claim: people, rooms, chairs, devices, and when each is there.

All times are minutes after midnight on the clinic's wall clock, as half-open spans (from, until) listed by day; a day
that is not listed has none. The caller turns stored moments into them, and leaves out the claims of a visit that is
being moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias

Span: TypeAlias = tuple[int, int]
Days: TypeAlias = Mapping[date, tuple[Span, ...]]

DAY_MINUTES: Final = 24 * 60
PHYSICIAN: Final = "physician"
PRACTITIONER: Final = "practitioner"


class Kind(StrEnum):
    """What a claim can be on: the columns of the clinic's claims."""

    STAFF = "staff"
    ROOM = "room"
    CHAIR = "chair"
    DEVICE = "device"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who treats or assists. `hours` are working hours with absences already cut out."""

    id: int
    roles: frozenset[str]
    skills: frozenset[str] = frozenset()
    hours: Days = field(default_factory=dict)
    busy: Days = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Room:
    """A room and the kinds of work it can be used for."""

    id: int
    kinds: frozenset[str]
    busy: Days = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chair:
    """A place to be prepared and to wait."""

    id: int
    busy: Days = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Device:
    """A device of a kind."""

    id: int
    kind: str
    busy: Days = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resources:
    """One location. `opening` has closures and half days already cut out.

    A clinic that lists no chairs has enough of them; rooms and devices must be listed to be used.
    """

    opening: Days
    people: tuple[Person, ...] = ()
    rooms: tuple[Room, ...] = ()
    chairs: tuple[Chair, ...] = ()
    devices: tuple[Device, ...] = ()
    maps: dict[tuple[date, ...], Any] = field(default_factory=dict, init=False, repr=False, compare=False)  # of `DayMap.of`
