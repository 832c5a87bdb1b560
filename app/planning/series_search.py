"""Searches over the ways to place one course: one session after another, keeping the cheapest way to every last day."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias

from app.planning.placement import UNPLACED, Distance, cost, distances
from app.planning.visit import Claim, Request
from app.planning.visit_on_day import Candidate, VisitOnDay, best_on
from app.planning.windows import Window

WindowAfter: TypeAlias = Callable[[int, tuple[date | None, ...]], Window | None]


class Step(NamedTuple):
    """One more session on a day, and what that adds to the cost."""

    cost: int
    least: int  # no step on this day or a later one of the same session costs less
    day: date
    visit: VisitOnDay
    candidate: Candidate
    window: Window


@dataclass(frozen=True, slots=True)
class Way:
    """Sessions placed so far. `days` holds the recommended day of a session without a place (None: it has no dates)."""

    cost: int = 0
    days: tuple[date | None, ...] = ()
    chosen: tuple[tuple[VisitOnDay, Candidate] | None, ...] = ()
    windows: tuple[Window | None, ...] = ()

    def then(self, step: Step) -> "Way":
        """This way and one more session."""
        chosen = (*self.chosen, (step.visit, step.candidate))
        return Way(self.cost + step.cost, (*self.days, step.day), chosen, (*self.windows, step.window))

    def claims(self, day: date) -> tuple[Claim, ...]:
        """What its sessions claim on a day."""
        slots = (visit.slot(candidate) for visit, candidate in filter(None, self.chosen) if visit.on.day == day)
        return tuple(claim for slot in slots for claim in slot.claims)

    @property
    def performer_id(self) -> int | None:
        """Who does its last placed session."""
        placed = [choice for choice in self.chosen if choice is not None]
        return placed[-1][1].team.performer_id if placed else None

    @property
    def order(self) -> tuple[object, ...]:
        """Cheapest first, then earliest."""
        days = tuple(day or date.max for day in self.days)
        return self.cost, days, tuple(choice[1].rank for choice in self.chosen if choice is not None)


class Search:
    """All that is worked out while one series is placed."""

    def __init__(self, sessions: Sequence[Request], window_after: WindowAfter, looks_back: int) -> None:
        self._sessions = sessions
        self._window_after = window_after
        self._looks_back = looks_back
        self._same = [sessions.index(session) for session in sessions]  # equal sessions share what was worked out
        self._windows: dict[tuple[int, tuple[date | None, ...]], Window | None] = {}
        self._distances: dict[tuple[int, Window], list[tuple[date, Distance]]] = {}
        self._on_day: dict[tuple[int, date], list[tuple[VisitOnDay, Candidate]]] = {}

    def one_by_one(self) -> Way:
        """Each session where it lies best by itself behind those before it: quick, and a limit for the searches."""
        way = Way()
        for index in range(len(self._sessions)):
            step = self._cheapest(index, way)
            way = self._left_out(index, way) if step is None else way.then(step)
        return way

    def best(self, breadth: int, by_performer: bool, at_most: int | None = None) -> Way:
        """The cheapest way through all sessions when only `breadth` ways are kept after each.

        `by_performer`: of two ways to the same days with different practitioners, both are kept. Ways that cost more than
        `at_most` are dropped at once.
        """
        ways = [Way()]
        for index in range(len(self._sessions)):
            further: dict[object, Way] = {}
            for way in ways:
                for step in self._steps(index, way, at_most):
                    days = (*way.days, step.day)[-self._looks_back :]
                    key = (days, step.candidate.team.performer_id if by_performer else None)
                    known = further.get(key)
                    if known is None or way.cost + step.cost <= known.cost:
                        further[key] = min(filter(None, (known, way.then(step))), key=lambda found: found.order)
            ways = sorted(further.values(), key=lambda way: way.order)[:breadth] or [self._left_out(index, way) for way in ways]
        return min(ways, key=lambda way: way.order)

    def _window(self, index: int, days: tuple[date | None, ...]) -> Window | None:
        if (index, days) not in self._windows:
            self._windows[index, days] = self._window_after(index, days)
        return self._windows[index, days]

    def _steps(self, index: int, way: Way, at_most: int | None) -> Iterator[Step]:
        window = self._window(index, way.days)
        if window is None:
            return
        before, left = way.performer_id, None if at_most is None else at_most - way.cost
        for day, distance in self._distances_in(index, window):
            least = cost(distance)
            if left is not None and least > left:
                return  # the days after it cost no less
            for visit, candidate in self._best_on(index, day, way):
                changed = before is not None and candidate.team.performer_id != before
                step = Step(cost(distance, candidate.fit, changed), least, day, visit, candidate, window)
                if left is None or step.cost <= left:
                    yield step

    def _cheapest(self, index: int, way: Way) -> Step | None:
        best: Step | None = None
        for step in self._steps(index, way, None):
            if best is not None and step.least > best.cost:
                break
            best = step if best is None or step.cost < best.cost else best
        return best

    def _left_out(self, index: int, way: Way) -> Way:
        window = self._window(index, way.days)
        day = None if window is None else window.recommended
        return Way(way.cost + UNPLACED, (*way.days, day), (*way.chosen, None), (*way.windows, window))

    def _distances_in(self, index: int, window: Window) -> list[tuple[date, Distance]]:
        key = (self._same[index], window)
        if key not in self._distances:
            self._distances[key] = distances(self._sessions[index], window)
        return self._distances[key]

    def _best_on(self, index: int, day: date, way: Way) -> list[tuple[VisitOnDay, Candidate]]:
        """The best start of a day for each practitioner, beside what the way has placed on that day."""
        if day in way.days:
            visit = VisitOnDay.of(self._sessions[index], day, way.claims(day))
            return best_of_each_performer(visit, visit.best_of_each_team())
        key = (self._same[index], day)
        if key not in self._on_day:
            self._on_day[key] = best_of_each_performer(*best_on(self._sessions[self._same[index]], day))
        return self._on_day[key]


def best_of_each_performer(visit: VisitOnDay, candidates: Iterable[Candidate]) -> list[tuple[VisitOnDay, Candidate]]:
    """The best of these starts for each practitioner."""
    best: dict[int | None, Candidate] = {}
    for candidate in candidates:
        performer = candidate.team.performer_id
        if performer not in best or candidate.rank < best[performer].rank:
            best[performer] = candidate
    return [(visit, candidate) for candidate in best.values()]
