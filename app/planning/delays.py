"""How lateness travels through a day: a visit waits until whoever and whatever it needs is free, and makes those after it wait.

All times are minutes of one day. A visit waits as a whole: its phases stay in their order and keep their lengths.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from app.planning.resources import Kind


class Stage(StrEnum):
    """How far a visit has come."""

    COMING = "coming"
    HERE = "here"
    UNDER_WAY = "under_way"
    OVER = "over"


class Use(NamedTuple):
    """A person or thing is planned for a visit from a minute to a minute."""

    kind: Kind
    id: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Running:
    """A visit of the day. `starts`: when the patient is expected; `hands_on` to `hands_off`: the treatment itself, as planned.

    `since`: when the patient came or, once it is under way, when treatment began. `ready`: before this it cannot begin, for cream
    must work first; 0: at any time.
    """

    id: int
    stage: Stage
    starts: int
    hands_on: int
    hands_off: int
    uses: tuple[Use, ...] = ()
    since: int = 0
    ready: int = 0


LONGEST_WAIT: Final = 60
"""Minutes past the planned treatment, after which somebody who is here is not waiting for their turn but for something else."""


def unready(visit: Running) -> int:
    """The minutes by which treatment will begin late because cream must work first."""
    return max(0, visit.ready - visit.hands_on)


def behind(visit: Running, now: int) -> int:
    """The minutes by which a visit is late by itself, whatever others do. Who has not come yet may still be in time for their turn."""
    if visit.stage is Stage.UNDER_WAY:
        return max(0, visit.since - visit.hands_on, now - visit.hands_off)
    if visit.stage is Stage.HERE:
        return max(unready(visit), visit.since - visit.starts, now - visit.hands_on)
    return 0


def set_aside(visits: Sequence[Running], now: int) -> set[int]:
    """Who is here and was passed over: somebody planned after them was begun by the same person, or they wait too long for it.

    The day goes on without them, and they make nobody late.
    """
    begun = [(use.id, use.begin) for one in visits if one.stage in (Stage.UNDER_WAY, Stage.OVER) for use in _people(one)]

    def passed(visit: Running) -> bool:
        return any(use.id == who and use.begin < begin for use in _people(visit) for who, begin in begun)

    here = [visit for visit in visits if visit.stage is Stage.HERE]
    return {visit.id for visit in here if now - visit.hands_on > LONGEST_WAIT or passed(visit)}


def waits(visits: Sequence[Running], late: Mapping[int, int]) -> dict[int, int]:
    """By how many minutes each visit comes later than planned, by its id, when those in `late` are late by at least so many.

    It is the least that lets everybody and everything finish one visit before the next.
    """
    found = {visit.id: max(0, late.get(visit.id, 0)) for visit in visits}
    after = _followers(visits)
    moved = [key for key, minutes in found.items() if minutes]
    while moved:
        first = moved.pop()
        for then, slack in after[first]:
            if found[then] < found[first] - slack:
                found[then] = found[first] - slack
                moved.append(then)
    return found


def _people(visit: Running) -> list[Use]:
    return [use for use in visit.uses if use.kind is Kind.STAFF]


def _followers(visits: Iterable[Running]) -> Mapping[int, Sequence[tuple[int, int]]]:
    """After each visit those that want the same person or thing next, and how many minutes lie between."""
    turns: dict[tuple[Kind, int], list[tuple[int, int, int]]] = defaultdict(list)
    for visit in visits:
        for use in visit.uses:
            turns[use.kind, use.id].append((use.begin, use.end, visit.id))
    after: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for turn in turns.values():
        turn.sort()
        for (_begin, end, first), (begin, _end, then) in pairwise(turn):
            if first != then:
                after[first].append((then, max(0, begin - end)))
    return after
