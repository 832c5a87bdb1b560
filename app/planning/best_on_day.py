"""The best start of every team on a day, worked out for a run of days at once and cut into its days."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from app.planning.day_map import BYTES, ON_THE_GRAIN, STRIDE, begins, day_of, each_minute, first_minute, minutes_of
from app.planning.teams import Team
from app.planning.visit import Request
from app.planning.visit_on_day import SHORTEST_USEFUL, Candidate, VisitOnDay

RUN: Final = 16  # days looked at together
LAST: Final = date.max.toordinal()
GRAIN: Final = sum(ON_THE_GRAIN << number * STRIDE for number in range(RUN))


class _TeamDays(NamedTuple):
    """A team's starts on a run of days: all, those that lose no minute, of these those that are not loose; and when it is free."""

    team: Team
    starts: bytes
    lossless: bytes
    tidy: bytes
    free: bytes


class _Run:
    """A visit on a run of days."""

    def __init__(self, request: Request, first: int) -> None:
        days = tuple(map(date.fromordinal, range(first, min(first + RUN, LAST + 1))))
        self._visit = VisitOnDay.over(request, days)
        self._open = self._visit.open & GRAIN
        self._teams = [self._days_of(team) for team in self._visit.teams()] if self._open else []
        self._hours = minutes_of(request.wishes.hours)

    def best(self, at: int) -> tuple[VisitOnDay, tuple[Candidate, ...]]:
        """The visit on one of the days, and for every team its best start, the first of equals."""
        visit = self._visit._replace(at=at)
        return visit, tuple(self._best(visit, at))

    def _best(self, visit: VisitOnDay, at: int) -> Iterator[Candidate]:
        for team, *rest in self._teams:
            starts, lossless, tidy, free = (day_of(days, at) for days in rest)
            wished = starts & self._hours or starts
            # all starts of one of these kinds fit equally, so the first will do; without one each start has to be weighed
            if alike := wished & tidy or wished & lossless:
                start = first_minute(alike)
                yield Candidate(start, team, visit.fit(team, start, free))
            elif starts:
                weighed = (Candidate(start, team, visit.fit(team, start, free)) for start in each_minute(wished))
                yield min(weighed, key=lambda candidate: candidate.rank)

    def _days_of(self, team: Team) -> _TeamDays:
        starts, free, days = team.starts & self._open, self._visit.free(team), len(self._visit.on.days)
        losing, loose = _losing(team, free) if team.performer_id is not None else (0, 0)
        lossless = starts ^ (starts & losing)
        return _TeamDays(team, *(one.to_bytes(days * BYTES, "little") for one in (starts, lossless, lossless ^ (lossless & loose), free)))


def best_on(request: Request, day: date) -> tuple[VisitOnDay, tuple[Candidate, ...]]:
    """The visit on a day, and for every team its best start on the grain; worked out once for a request."""
    if day not in request.seen:
        number, at = divmod(day.toordinal() - 1, RUN)
        first = number * RUN + 1
        if first not in request.seen:
            request.seen[first] = _Run(request, first)
        request.seen[day] = request.seen[first].best(at)
    found: tuple[VisitOnDay, tuple[Candidate, ...]] = request.seen[day]
    return found


def _losing(team: Team, free: int) -> tuple[int, int]:
    """The starts that lose minutes, and those that touch neither other work of the performer nor an end of the working hours."""
    (begin, end), useful = team.hands, begins(free, SHORTEST_USEFUL)
    before = free << 1
    return (before ^ useful << SHORTEST_USEFUL) >> begin | (free ^ useful) >> end, before >> begin & free >> end
