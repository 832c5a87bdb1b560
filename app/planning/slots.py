"""Free times of one visit on one day, why there are none, and whether one exact time can be booked.

A slot holds every claim of the visit. None overlaps a busy time of what it claims, all lie inside the opening hours,
and people's claims inside their working hours; so a slot can be booked as it is (docs/rules.md).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from app.planning.day_map import ON_THE_GRAIN, begins, minute_bit, minutes_of
from app.planning.obstacles import Code, Obstacle, Refusal, gathered
from app.planning.teams import performers, teams
from app.planning.visit import Claim, Request, Slot
from app.planning.visit_on_day import Candidate, VisitOnDay


def free_slots(request: Request, day: date) -> list[Slot]:
    """The free times of a day in order, on a grain of 5 minutes, each with the people who suit best.

    A wished practitioner comes first where free; with `only_practitioner` nobody else is offered.
    """
    visit = VisitOnDay.of(request, day)
    best: dict[int, Candidate] = {}
    for candidate in visit.candidates():
        known = best.get(candidate.start)
        if known is None or candidate.rank < known.rank:
            best[candidate.start] = candidate
    return [visit.slot(best[start]) for start in sorted(best)]


def check(request: Request, day: date, start_minute: int, staff_id: int | None = None, room_id: int | None = None) -> Slot | Refusal:
    """The slot of one exact start, or every reason against it.

    `staff_id` must then perform, and `room_id` be the room of, the hands-on phase. Any minute will do, not only one on
    the grain.
    """
    visit = VisitOnDay.of(request.asking_for(staff_id, room_id), day)
    wanted = minute_bit(start_minute)
    best = min(visit.candidates(wanted), key=lambda candidate: candidate.rank, default=None)
    return visit.slot(best) if best is not None else Refusal(_reasons(visit, wanted))


def why_none(request: Request, day: date, taken: tuple[Claim, ...] = ()) -> tuple[Obstacle, ...]:
    """Every reason why a day has no free time; empty if it has one. `taken`: further claims of that day."""
    visit = VisitOnDay.of(request, day, taken)
    return () if any(visit.candidates()) else _reasons(visit, ON_THE_GRAIN)


def _reasons(visit: VisitOnDay, wanted: int) -> tuple[Obstacle, ...]:
    found = tuple(of_the_day(visit, wanted)) or tuple(_of_the_needs(visit, wanted & visit.fitting))
    return gathered(replace(obstacle, days=(visit.day,)) for obstacle in found or (Obstacle(Code.NO_COMMON_TIME),))


def of_the_day(visit: VisitOnDay, wanted: int) -> Iterator[Obstacle]:
    """Obstacles that leave no start to look at."""
    wishes, day = visit.request.wishes, visit.day
    if not wishes.in_town(day):
        yield Obstacle(Code.OUTSIDE_STAY, first=wishes.stay_from, last=wishes.stay_to)
    if visit.request.too_far(day):
        yield Obstacle(Code.TOO_FAR, last=visit.request.not_after)
        return
    inside = wanted & begins(visit.on.opening, visit.parts[-1].end)
    if not visit.on.opening:
        yield Obstacle(Code.CLOSED)
    elif not inside:
        yield Obstacle(Code.OUTSIDE_OPENING)
    elif not inside & minutes_of([visit.request.coming(day)]):
        yield Obstacle(Code.PAST)


def _of_the_needs(visit: VisitOnDay, wanted: int) -> Iterator[Obstacle]:
    """What is never free at any wanted start: the patient, things, performers, and, if only they lack, assistants."""
    if not visit.patient & wanted:
        yield Obstacle(Code.PATIENT_BUSY)
    for need in visit.needs:
        yield from need.obstacles(wanted)
    lacking = [obstacle for need in performers(visit.request, visit.parts, visit.on) for obstacle in need.obstacles(wanted)]
    yield from lacking
    if not lacking:
        yield from _of_the_assistants(visit, wanted)


def _of_the_assistants(visit: VisitOnDay, wanted: int) -> Iterator[Obstacle]:
    """Only if no team has its assistants: what the teams lack."""
    found = teams(visit.request, visit.parts, visit.on)
    lacks = [[obstacle for need in team.needs for obstacle in need.obstacles(wanted)] for team in found]
    if all(lacks):
        yield from (obstacle for lack in lacks for obstacle in lack)
