"""The courses of one plan as they are placed together: what each asks by itself, and what it asks of the others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Final, NamedTuple, Self, TypeAlias

from app.planning.best_on_day import best_on
from app.planning.placement import cost
from app.planning.visit import Request
from app.planning.visit_on_day import Candidate, Fit, VisitOnDay
from app.planning.windows import Window

Key: TypeAlias = tuple[int, int]
"""A session by its course's and its own place, both from 0."""
WindowAfter: TypeAlias = Callable[[int, tuple[date | None, ...]], Window | None]
"""`window_after(index, days)`: of a session (from 0) when those before it lie on `days`, one for each, None for one that has no
dates; None while the session has none itself, as under an open hold."""


@dataclass(frozen=True, slots=True)
class After:
    """A course begins no sooner than `days` after a session of another one, which itself waits for none."""

    key: Key
    days: int


@dataclass(frozen=True)
class Track:
    """One course. `windows(first)` gives its windows when it may not begin before `first` (None: when its own rules allow); that
    day says nothing about the sessions behind a first one that has its day.

    A window depends on the session before it and on the sessions `remembers`. A session is placed behind all visits that were
    placed before it; those `in_any_order` need not, as one whose day somebody chose.
    """

    sessions: tuple[Request, ...]
    windows: Callable[[date | None], WindowAfter]
    remembers: frozenset[int] = frozenset()
    after: After | None = None
    in_any_order: frozenset[int] = frozenset()

    @cached_property
    def same(self) -> list[int]:
        """Sessions that ask for the same share what was worked out: the first such for each."""
        return [self.sessions.index(session) for session in self.sessions]


@dataclass(frozen=True)
class Rules:
    """What the courses of a plan ask of each other. A day takes one visit of the plan.

    `apart(a, b)`: days from a session of course a to a later one of course b, at the least. `joined(one, other)`: the visit in
    which two sessions are done together, None where they may not be.
    """

    apart: Callable[[int, int], int]
    joined: Callable[[Key, Key], Request | None]


BY_ITSELF: Final = Rules(lambda one, other: 0, lambda one, other: None)


class Start(NamedTuple):
    """The best start of one practitioner on a day, and what it costs."""

    visit: VisitOnDay
    candidate: Candidate
    performer_id: int | None
    cost: int

    @classmethod
    def of(cls, visit: VisitOnDay, candidate: Candidate) -> Self:
        """A candidate with its cost."""
        return cls(visit, candidate, candidate.team.performer_id, cost(fit=candidate.fit))

    @property
    def half(self) -> int:
        """No more than half of its cost, which each of two joined sessions bears."""
        return cost(fit=Fit(*(count // 2 for count in self.candidate.fit)))


@dataclass
class Starts:
    """The best starts of every visit on every day, worked out once."""

    tracks: tuple[Track, ...]
    rules: Rules
    _joined: dict[tuple[Key, Key], Request | None] = field(default_factory=dict)
    _known: dict[tuple[tuple[Key, ...], date], list[Start]] = field(default_factory=dict)

    def on(self, keys: tuple[Key, ...], day: date) -> list[Start]:
        """For one session, or two that are joined."""
        like = tuple((track, self.tracks[track].same[index]) for track, index in keys)
        if (like, day) not in self._known:
            request = self.request(keys)
            self._known[like, day] = _best_of_each_performer(*best_on(request, day)) if request else []
        return self._known[like, day]

    @cached_property
    def apart(self) -> list[list[int]]:
        """`rules.apart` of every two courses."""
        numbers = range(len(self.tracks))
        return [[self.rules.apart(one, other) if one != other else 0 for other in numbers] for one in numbers]

    def request(self, keys: tuple[Key, ...]) -> Request | None:
        """What these sessions ask in one visit; None where they may not be joined."""
        if len(keys) == 1:
            return self.tracks[keys[0][0]].sessions[keys[0][1]]
        one, other = keys
        if (one, other) not in self._joined:
            self._joined[one, other] = self.rules.joined(one, other)
        return self._joined[one, other]

    @cached_property
    def partners(self) -> list[list[Key]]:
        """For each course the sessions of others that any of its own may be joined with."""
        every = [(track, index) for track, one in enumerate(self.tracks) for index in range(len(one.sessions))]
        pairs = [(one, other) for one, other in combinations(every, 2) if one[0] != other[0] and self.request((one, other)) is not None]
        return [
            list(dict.fromkeys(b for pair in pairs for a, b in (pair, pair[::-1]) if a[0] == track)) for track in range(len(self.tracks))
        ]

    def shared(self, key: Key) -> list[tuple[Key, ...]]:
        """The visits in which a session may be done together with one of another course, each of its kind once."""
        found = {}
        for other in self.partners[key[0]]:
            pair = _ordered(key, other)
            if self.request(pair) is not None:
                found[other[0], self.tracks[other[0]].same[other[1]]] = pair
        return list(found.values())


def _ordered(one: Key, other: Key) -> tuple[Key, Key]:
    return (one, other) if one < other else (other, one)


def _best_of_each_performer(visit: VisitOnDay, candidates: Iterable[Candidate]) -> list[Start]:
    best: dict[int | None, Candidate] = {}
    for candidate in candidates:
        performer = candidate.team.performer_id
        if performer not in best or candidate.rank < best[performer].rank:
            best[performer] = candidate
    return [Start.of(visit, candidate) for candidate in best.values()]
