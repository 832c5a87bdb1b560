"""One visit looked at on one day: when it could start, with whom, and what each start would claim."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from operator import and_
from typing import Final, NamedTuple, Self

from app.planning.day_map import ALWAYS, ON_THE_GRAIN, STRIDE, DayMap, begins, each_minute, gap_after, gap_before
from app.planning.needs import Choice, Need, things
from app.planning.resources import DAY_MINUTES, Kind
from app.planning.teams import Team, teams
from app.planning.visit import WHOLE_VISIT, Claim, Part, Request, Slot, hands_on, laid_out, patient_minutes

SHORTEST_USEFUL: Final = 15  # minutes; a shorter gap beside the performer's work holds no visit but a patch test


class Fit(NamedTuple):
    """How badly a start suits, the weightiest first; all zero is perfect."""

    other_practitioner: int
    other_hour: int
    lost_minutes: int
    loose: int  # 1: touches neither other work of the performer nor an end of the working hours


class Candidate(NamedTuple):
    """A start, and the team that would do it."""

    start: int
    team: Team
    fit: Fit

    @property
    def rank(self) -> tuple[int, ...]:
        """Orders the candidates of one day: the best fit, then the fewest performers, then the first."""
        return (*self.fit, len(self.team.people), self.start, self.team.performer_id or 0)


class VisitOnDay(NamedTuple):
    """A visit on a day, or on a run of days of which it is looked at on the one numbered `at`.

    `fitting` are the starts inside the opening hours that are not past, `patient` those of the patient's free time, `open` the
    starts on which nothing but people stands in the way.
    """

    request: Request
    on: DayMap
    parts: tuple[Part, ...]
    needs: tuple[Need, ...]
    fitting: int
    patient: int
    open: int
    at: int = 0

    @classmethod
    def of(cls, request: Request, day: date, taken: tuple[Claim, ...] = ()) -> Self:
        """The visit on a day on which `taken` is claimed besides what the resources know."""
        return cls.over(request, (day,), taken)

    @classmethod
    def over(cls, request: Request, days: tuple[date, ...], taken: tuple[Claim, ...] = ()) -> Self:
        """The visit on a run of days, looked at on the first of them."""
        return cls.on_map(request, DayMap.of(request.resources, days, taken))

    @classmethod
    def on_map(cls, request: Request, on: DayMap) -> Self:
        """The visit on the days of a map of its resources."""
        parts = laid_out(request.phases)
        needs = on.once(("things", request.phases, request.wishes.room_id), lambda: tuple(things(request, parts, on)))
        return cls._seen(request, on, parts, needs)

    def of_another(self, request: Request) -> Self:
        """The same visit on the same day asked for by another patient: same phases, wishes and resources."""
        return self._seen(request, self.on, self.parts, self.needs)

    @classmethod
    def _seen(cls, request: Request, on: DayMap, parts: tuple[Part, ...], needs: tuple[Need, ...]) -> Self:
        fitting = begins(on.opening, parts[-1].end) & _in_time(request, on)
        patient = begins(on.patient_free(request.patient_busy), patient_minutes(parts))
        return cls(request, on, parts, needs, fitting, patient, reduce(and_, (need.starts for need in needs), fitting & patient))

    @property
    def day(self) -> date:
        """The day it is looked at."""
        return self.on.days[self.at]

    def candidates(self, wanted: int = ON_THE_GRAIN) -> Iterator[Candidate]:
        """Every possible start among the wanted ones, once for every team that could do it."""
        wanted &= self.open
        if not wanted:
            return
        for team in self.teams():
            free = self.free(team)
            for start in each_minute(team.starts & wanted):
                yield Candidate(start, team, self.fit(team, start, free))

    def slot(self, candidate: Candidate) -> Slot:
        """The candidate with all its claims, each need met in its best way."""
        used: list[Claim] = []
        choices = []
        for need in (*candidate.team.needs, *self.needs):
            choices.append(need.pick(STRIDE * self.at + candidate.start, used))
            used.extend(choices[-1].claims)
        return self.slot_with(candidate, choices)

    def slot_with(self, candidate: Candidate, choices: Iterable[Choice]) -> Slot:
        """The candidate with the claims of these ways, one for each need, and the patient's own."""
        claims = [Claim(WHOLE_VISIT, Kind.PATIENT, None, 0, patient_minutes(self.parts))]
        claims.extend(claim for choice in choices for claim in choice.claims)
        main, start = hands_on(self.parts), candidate.start
        rooms = (claim.id for claim in claims if claim.kind is Kind.ROOM and claim.start_minute == main.begin)
        placed = tuple(claim.at(start) for claim in sorted(claims, key=lambda claim: claim.start_minute))
        end = start + self.parts[-1].end
        return Slot(self.day, start, start + main.begin, end, candidate.team.performer_id, next(rooms, None), placed)

    def teams(self) -> tuple[Team, ...]:
        """Everyone who could do it."""
        wishes = self.request.wishes
        key = ("teams", self.request.phases, wishes.practitioner if wishes.only_practitioner else None, wishes.only_practitioner)
        return self.on.once(key, lambda: tuple(teams(self.request, self.parts, self.on)))

    def free(self, team: Team) -> int:
        """When the hands-on performer can be claimed; never without one."""
        return 0 if team.performer_id is None else self.on.free(Kind.STAFF, team.performer_id)

    def fit(self, team: Team, start: int, free: int) -> Fit:
        """How a start suits. `free`: when the hands-on performer can be claimed on the day."""
        wishes = self.request.wishes
        other = wishes.practitioner is not None and team.performer_id != wishes.practitioner
        off_hours = bool(wishes.hours) and not any(begin <= start < until for begin, until in wishes.hours)
        if team.performer_id is None:
            return Fit(other, off_hours, 0, 0)
        begin, end = team.hands
        gaps = (gap_before(free, start + begin), gap_after(free, start + end))
        lost = sum(gap for gap in gaps if gap < SHORTEST_USEFUL)
        return Fit(other, off_hours, lost, 0 not in gaps)


def _in_time(request: Request, on: DayMap) -> int:
    """The minutes at which the visit may begin: what allows all of the first and the last day allows all between them."""
    if all(request.wishes.in_town(day) and request.coming(day) == (0, DAY_MINUTES) for day in (on.days[0], on.days[-1])):
        return ALWAYS
    return on.minutes({day: (request.coming(day),) for day in on.days if request.wishes.in_town(day)})
