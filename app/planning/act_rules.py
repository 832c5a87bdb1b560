"""The rules between acts, and the tree of areas, as one computable value.

Built once from a library (``build``), then asked by ``acts``. Source of the rows: the clinic's library
(``gaps_same_area``, ``same_day``, ``forbid_same_day``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


class UnknownName(ValueError):
    """A rule or a treatment names an act, group or area that is not defined."""


@dataclass(frozen=True, slots=True)
class GapRow:
    """``to`` not earlier than ``days`` after ``of``; both are names of acts or groups."""

    of: tuple[str, ...]
    to: tuple[str, ...]
    days: int
    except_same_act: bool = False


@dataclass(frozen=True, slots=True)
class SameDayRow:
    """``first`` and then ``second`` may share a day; the other way round too if ``either_order``."""

    first: str
    second: str
    either_order: bool = False


@dataclass(frozen=True, slots=True)
class ActRules:
    """Every rule between acts, with its groups expanded to single acts.

    ``days`` holds the longest row for a pair in its direction, ``lifted`` the ordered pairs that may share a day,
    ``forbidden`` the pairs that may not (both directions), ``parents`` the tree of areas.
    """

    acts: frozenset[str]
    days: Mapping[tuple[str, str], int]
    lifted: frozenset[tuple[str, str]]
    forbidden: frozenset[tuple[str, str]]
    parents: Mapping[str, str | None]


def build(
    acts: Iterable[str],
    groups: Mapping[str, Sequence[str]],
    parents: Mapping[str, str | None],
    gaps: Iterable[GapRow],
    same_day: Iterable[SameDayRow],
    forbidden: Iterable[tuple[str, str]],
) -> ActRules:
    """Expand rules over groups into rules over acts; the longest of several matching rows holds.

    Raises UnknownName for a name that is neither an act nor a group, or an area whose parents are unknown
    or go round in a circle.
    """
    known = frozenset(acts)
    for area in parents:
        chain(parents, area)

    def expand(names: Iterable[str]) -> list[str]:
        return [act for name in names for act in _members(name, known, groups)]

    days: dict[tuple[str, str], int] = {}
    for row in gaps:
        for pair in ((a, b) for a in expand(row.of) for b in expand(row.to)):
            if not (row.except_same_act and pair[0] == pair[1]):
                days[pair] = max(row.days, days.get(pair, 0))
    lifted: set[tuple[str, str]] = set()
    for same in same_day:
        pairs = {(a, b) for a in expand([same.first]) for b in expand([same.second])}
        lifted |= pairs | ({(b, a) for a, b in pairs} if same.either_order else set())
    never = {(a, b) for x, y in forbidden for a in expand([x]) for b in expand([y])}
    return ActRules(known, days, frozenset(lifted), frozenset(never | {(b, a) for a, b in never}), dict(parents))


def _members(name: str, acts: frozenset[str], groups: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if name in groups:
        for act in groups[name]:
            if act not in acts:
                raise UnknownName(f"group {name!r} holds {act!r}, which is no act")
        return groups[name]
    if name not in acts:
        raise UnknownName(f"{name!r} is neither an act nor a group")
    return (name,)


def overlap(parents: Mapping[str, str | None], one: str, other: str) -> bool:
    """Whether two areas are the same or one contains the other. Raises UnknownName for an area outside the tree."""
    return one in chain(parents, other) or other in chain(parents, one)


def chain(parents: Mapping[str, str | None], area: str) -> list[str]:
    """The area and everything that contains it, from the inside out."""
    found: list[str] = []
    at: str | None = area
    while at is not None:
        if at not in parents:
            raise UnknownName(f"area {at!r} is not defined")
        if at in found:
            raise UnknownName(f"area {at!r} contains itself")
        found.append(at)
        at = parents[at]
    return found


def min_days_between(rules: ActRules, before: Iterable[str], after: Iterable[str]) -> int:
    """Days from treatment ``before`` to treatment ``after`` on overlapping areas, 0 where no row names them."""
    later = tuple(after)
    return max((rules.days.get((a, b), 0) for a in before for b in later), default=0)
