"""A clinic in which some slots are taken beside what it knew already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from app.planning.resources import Chair, Days, Device, Kind, Person, Resources, Room, Span
from app.planning.visit import Slot

Thing = TypeVar("Thing", Person, Room, Chair, Device)


def beside(resources: Resources, slots: Iterable[Slot]) -> Resources:
    """The same people and things, busy also where these slots claim them."""
    taken: dict[tuple[Kind, int | None], dict[date, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for slot in slots:
        for claim in slot.claims:
            taken[claim.kind, claim.id][slot.day].append((claim.start_minute, claim.end_minute))

    def busy(things: tuple[Thing, ...], kind: Kind) -> tuple[Thing, ...]:
        return tuple(replace(thing, busy=_busier(thing.busy, taken[kind, thing.id])) for thing in things)

    return Resources(
        resources.opening, busy(resources.people, Kind.STAFF), busy(resources.rooms, Kind.ROOM), busy(resources.chairs, Kind.CHAIR),
        busy(resources.devices, Kind.DEVICE),
    )  # fmt: skip


def _busier(busy: Days, more: Mapping[date, list[Span]]) -> Days:
    return {**busy, **{day: (*busy.get(day, ()), *spans) for day, spans in more.items()}}
