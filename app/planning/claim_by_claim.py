"""One exact time of a visit, claim by claim: who and what it would take, and what of it is not to be had then."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.planning.day_map import DayMap, begins, minute_bit
from app.planning.needs import Choice, Need
from app.planning.obstacles import Code, Obstacle
from app.planning.resources import Kind
from app.planning.slots import of_the_day
from app.planning.teams import Team, performers, teams
from app.planning.visit import Claim, Request
from app.planning.visit_on_day import VisitOnDay


@dataclass(frozen=True, slots=True)
class Piece:
    """Who or what (`ids`; of what is taken: all that were tried) from a minute of the day to a minute, and in which phase.

    `against` None: it can be had. `kind` None: the day or the hour itself stands in the way.
    """

    kind: Kind | None
    ids: tuple[int, ...]
    phase: str
    begin: int
    end: int
    against: Obstacle | None = None


def claim_by_claim(request: Request, day: date, start: int, staff_id: int | None = None, room_id: int | None = None) -> tuple[Piece, ...]:
    """Everything one exact start would claim: people, rooms, chairs, devices, each with what stands against it.

    Where the clinic is closed then or the time has passed, that alone. `staff_id` and `room_id` as in `slots.check`; of
    several who could do it, the team that lacks least is looked at. It can be booked exactly if nothing stands against it.
    """
    visit, wanted = VisitOnDay.of(request.asking_for(staff_id, room_id), day), minute_bit(start)
    found = [Piece(None, (), "", start, start, one) for one in of_the_day(visit, wanted)]
    if found:
        return tuple(found)
    end = start + visit.parts[-1].end
    if not visit.patient & wanted:
        found.append(Piece(Kind.PATIENT, (), "", start, end, Obstacle(Code.PATIENT_BUSY)))
    used: list[Claim] = []
    for need in (*_people(visit, wanted), *visit.needs):
        if need.starts & wanted:
            chosen = need.pick(start, used)
            used.extend(chosen.claims)
            found.extend(_had(chosen, start))
        else:
            found.extend(_lacking(need, start, visit.on))
    return tuple(found)


def _people(visit: VisitOnDay, wanted: int) -> Iterable[Need]:
    """What the team that lacks least needs; where nobody can perform it at all, what is lacking of performers."""
    lacks: dict[int, Team] = {}
    for team in teams(visit.request, visit.parts, visit.on):
        lacks.setdefault(sum(not need.starts & wanted for need in team.needs), team)
    return lacks[min(lacks)].needs if lacks else performers(visit.request, visit.parts, visit.on)


def _had(chosen: Choice, start: int) -> Iterator[Piece]:
    """The claims of a choice; of one person or thing from the first to the last."""
    for (kind, thing), claims in groupby(chosen.claims, key=lambda claim: (claim.kind, claim.id or 0)):
        mine = list(claims)
        yield Piece(kind, (thing,), mine[0].phase, start + mine[0].start_minute, start + mine[-1].end_minute)


def _lacking(need: Need, start: int, on: DayMap) -> Iterator[Piece]:
    """Every reason why a need is not met, with the minutes in which the first that was tried is not free."""
    for one in need.obstacles(minute_bit(start)):
        claims = [claim for choice in need.choices if set(choice.ids) & set(one.ids) for claim in choice.claims if claim.id == one.ids[0]]
        clashing = [claim for claim in claims if not _is_free(claim, start, on)] or claims
        first, last = (clashing[0].start_minute, clashing[-1].end_minute) if clashing else (0, 0)
        yield Piece(need.kind, one.ids, clashing[0].phase if clashing else need.phase, start + first, start + last, one)


def _is_free(claim: Claim, start: int, on: DayMap) -> bool:
    free = begins(on.free(claim.kind, claim.id or 0), claim.end_minute - claim.start_minute)
    return bool(free & minute_bit(start + claim.start_minute))
