"""A whole plan while it is being placed: how far each of its courses has come, and what may follow."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from app.planning.series_alone import Days
from app.planning.series_tracks import Key, Start


class Visit(NamedTuple):
    """One visit of the plan with its one or two sessions."""

    day: date
    keys: tuple[Key, ...]
    start: Start


class Run(NamedTuple):
    """How far one course has come. `days` holds the recommended day of a session that was left out."""

    days: Days = ()
    performer_id: int | None = None
    last: date | None = None


class Plan(NamedTuple):
    """A plan placed up to here. `until`: the day of its last visit."""

    runs: tuple[Run, ...]
    visits: tuple[Visit, ...] = ()
    until: date = date.min
    paid: int = 0

    @property
    def length(self) -> int:
        """The sessions placed or left out."""
        return sum(len(run.days) for run in self.runs)

    def further(self, runs: Mapping[int, Run], cost: int, visit: Visit | None = None) -> "Plan":
        """The plan when some courses have come further."""
        visits = self.visits if visit is None else (*self.visits, visit)
        until = self.until if visit is None else max(self.until, visit.day)
        return Plan(tuple(runs.get(track, run) for track, run in enumerate(self.runs)), visits, until, self.paid + cost)


class Fan(NamedTuple):
    """The plans with a visit more of these sessions, day by day: what the first of the days costs at the least comes first."""

    plan: Plan
    keys: tuple[Key, ...]
    rest: int
    days: Sequence[tuple[int, date]]
    at: int = 0

    @property
    def limit(self) -> int:
        """What each of the plans costs at the least."""
        return self.rest + self.days[self.at][0]

    @property
    def later(self) -> "Fan | None":
        """Without the first of its days."""
        return self._replace(at=self.at + 1) if self.at + 1 < len(self.days) else None
