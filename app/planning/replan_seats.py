"""Real people, rooms and devices for visits whose times and performers are decided: one day, everything at once.

Every need of every visit is a seat that one of its ways fills. Seats that could take the same person or thing at the
same time belong together and are filled together, the one with the fewest ways left first; the others never hear of it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from app.planning.day_map import minute_bit, minutes_of
from app.planning.needs import Choice
from app.planning.resources import Kind
from app.planning.visit import WHOLE_VISIT, Claim, Request, Slot, patient_minutes
from app.planning.visit_on_day import Candidate, VisitOnDay

MOST_TRIES: Final = 5_000

Taken: TypeAlias = Mapping[tuple[Kind, int], int]
"""The minutes each person or thing is claimed, as bits of the day."""


class Sitting(NamedTuple):
    """A visit at its time with its performers; `patient` tells one patient's visits from another's."""

    patient: int
    visit: VisitOnDay
    candidate: Candidate


class Asked(NamedTuple):
    """A visit whose start is decided; who performs it, and its room, by what its request allows."""

    patient: int
    request: Request
    start: int


class Clash(NamedTuple):
    """Visits, by their place in the order asked, that cannot all be seated; `sure`: it was not merely not found soon."""

    who: frozenset[int]
    sure: bool


class Seated(NamedTuple):
    """A slot for each visit; none where some of them clash."""

    slots: list[Slot]
    clashes: list[Clash]


class _Way(NamedTuple):
    choice: Choice
    taken: Taken


class _Seat(NamedTuple):
    who: int
    place: int
    ways: tuple[_Way, ...]


class _TooMany(Exception):
    pass


def seated(sittings: Sequence[Sitting]) -> Seated:
    """A slot for each, none claiming what another has; or every group of visits for which there is no such choice."""
    filled: dict[tuple[int, int], Choice] = {}
    clashes = []
    for group in _together([seat for who, sitting in enumerate(sittings) for seat in _seats(who, sitting)]):
        try:
            found = _filled(group)
        except _TooMany:
            clashes.append(Clash(frozenset(seat.who for seat in group), False))
            continue
        if found is None:
            clashes.append(Clash(_narrowed(group), True))
        else:
            filled |= found
    return Seated([] if clashes else [_slot(who, sitting, filled) for who, sitting in enumerate(sittings)], clashes)


def seated_at(asked: Sequence[Asked], day: date) -> list[Slot]:
    """A slot for each of these visits at its start, all on one day beside each other; none where that cannot be."""
    visits = [VisitOnDay.of(one.request, day) for one in asked]
    able = [visit.candidates(minute_bit(one.start)) for one, visit in zip(asked, visits, strict=True)]
    best = [min(candidates, key=lambda candidate: candidate.rank, default=None) for candidates in able]
    sittings = [
        Sitting(one.patient, visit, candidate) for one, visit, candidate in zip(asked, visits, best, strict=True) if candidate is not None
    ]
    return seated(sittings).slots if len(sittings) == len(asked) else []


def _seats(who: int, sitting: Sitting) -> Iterator[_Seat]:
    visit, candidate = sitting.visit, sitting.candidate
    patient = Claim(WHOLE_VISIT, Kind.PATIENT, sitting.patient, 0, patient_minutes(visit.parts))
    yield _Seat(who, -1, (_way(Choice((patient,), 0, 0, 0), candidate.start),))
    for place, need in enumerate((*candidate.team.needs, *visit.needs)):
        yield _Seat(who, place, tuple(_way(choice, candidate.start) for choice in need.choices if choice.free >> candidate.start & 1))


def _way(choice: Choice, start: int) -> _Way:
    taken: dict[tuple[Kind, int], int] = defaultdict(int)
    for claim in choice.claims:
        taken[claim.kind, claim.id or 0] |= minutes_of([(claim.start_minute + start, claim.end_minute + start)])
    return _Way(choice, dict(taken))


def _together(seats: Sequence[_Seat]) -> Iterator[list[_Seat]]:
    """The seats in groups that have nothing to do with each other."""
    wants = [_any_of(seat) for seat in seats]
    left = set(range(len(seats)))
    while left:
        group, new = [], [min(left)]
        while new:
            one = new.pop()
            left.discard(one)
            group.append(one)
            near = [other for other in left if _overlap(wants[one], wants[other])]
            left.difference_update(near)
            new.extend(near)
        yield [seats[n] for n in sorted(group)]


def _any_of(seat: _Seat) -> Taken:
    found: dict[tuple[Kind, int], int] = defaultdict(int)
    for way in seat.ways:
        for key, minutes in way.taken.items():
            found[key] |= minutes
    return found


def _overlap(one: Taken, other: Taken) -> bool:
    return any(minutes & other.get(key, 0) for key, minutes in one.items())


def _filled(seats: Sequence[_Seat]) -> dict[tuple[int, int], Choice] | None:
    """A way for every seat; None where there is no such choice. Raises _TooMany where that is not known soon."""
    tries = iter(range(MOST_TRIES))

    def fill(open_seats: Sequence[_Seat]) -> dict[tuple[int, int], Choice] | None:
        if not open_seats:
            return {}
        if next(tries, None) is None:
            raise _TooMany
        seat = min(open_seats, key=lambda one: len(one.ways))
        others = [one for one in open_seats if one is not seat]
        for way in seat.ways:
            rest = [one._replace(ways=tuple(w for w in one.ways if not _overlap(way.taken, w.taken))) for one in others]
            if all(one.ways for one in rest) and (found := fill(rest)) is not None:
                return {(seat.who, seat.place): way.choice, **found}
        return None

    return fill(seats) if all(seat.ways for seat in seats) else None


def _narrowed(seats: Sequence[_Seat]) -> frozenset[int]:
    """Fewer visits that already cannot all be seated."""
    who = frozenset(seat.who for seat in seats)
    for one in sorted(who):
        fewer = who - {one}
        if _fails([seat for seat in seats if seat.who in fewer]):
            who = fewer
    return who


def _fails(seats: Sequence[_Seat]) -> bool:
    try:
        return _filled(seats) is None
    except _TooMany:
        return False


def _slot(who: int, sitting: Sitting, filled: Mapping[tuple[int, int], Choice]) -> Slot:
    visit, candidate = sitting.visit, sitting.candidate
    needs = len(candidate.team.needs) + len(visit.needs)
    return visit.slot_with(candidate, [filled[who, place] for place in range(needs)])
