"""Who could do a visit: the performers of its phases, and the assistants beside them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import and_, or_
from typing import NamedTuple

from app.planning.day_map import ALWAYS, DayMap
from app.planning.needs import Choice, Need, Stretch, claimed
from app.planning.obstacles import Code
from app.planning.resources import PHYSICIAN, Kind, Person, Span
from app.planning.visit import Assistant, Part, Phase, Request, hands_on


@dataclass(frozen=True, slots=True)
class Job:
    """The phases one performer does, and what it takes."""

    parts: tuple[Part, ...]
    roles: frozenset[str]
    supervised: bool
    skills: frozenset[str]
    main: bool

    @property
    def span(self) -> Span:
        """From the begin of its first phase to the end of its last."""
        return self.parts[0].begin, self.parts[-1].end

    def fits(self, person: Person) -> bool:
        """The person has a role for it and every skill."""
        return bool(self.roles & person.roles) and self.skills <= person.skills


class Team(NamedTuple):
    """One choice of performers, and what the visit then needs of people.

    `performer_id` is the hands-on one, busy from the first to the last of the minutes `hands` after the visit's start.
    """

    performer_id: int | None
    hands: Span
    people: frozenset[int]
    needs: tuple[Need, ...]

    @property
    def starts(self) -> int:
        """The starts for which everybody needed is free."""
        return reduce(and_, (need.starts for need in self.needs), ALWAYS)


def performers(request: Request, parts: tuple[Part, ...], on: DayMap) -> list[Need]:
    """The need of each job, with everyone who may do it."""
    return [_performer(job, _able(job, request, on), on, request) for job in _jobs(parts)]


def teams(request: Request, parts: tuple[Part, ...], on: DayMap) -> Iterator[Team]:
    """Every choice of performers, with the assistants it then takes."""
    jobs = _jobs(parts)
    for chosen in product(*(_able(job, request, on) for job in jobs)):
        who = list(zip(jobs, chosen, strict=True))
        needs = [_performer(job, [person], on, request) for job, person in who]
        main, hands = next(((person.id, job.span) for job, person in who if job.main), (None, (0, 0)))
        helpers = (_helper(part, _performer_of(part, who), on) for part in parts)
        found = (*needs, *(need for need in helpers if need is not None))
        yield Team(main, hands, frozenset(person.id for person in chosen), found)


def _jobs(parts: tuple[Part, ...]) -> list[Job]:
    performed: dict[tuple[frozenset[str], bool], list[Part]] = {}
    for part in parts:
        if part.phase.performer:
            performed.setdefault((part.phase.performer_roles, part.phase.supervised), []).append(part)
    main = hands_on(parts)
    return [
        Job(tuple(group), roles, supervised, frozenset().union(*(part.phase.skills for part in group)), main in group)
        for (roles, supervised), group in performed.items()
    ]


def _able(job: Job, request: Request, on: DayMap) -> list[Person]:
    wishes = request.wishes
    only = wishes.practitioner if wishes.only_practitioner and job.main else None
    return [person for person in on.resources.people if job.fits(person) and only in (None, person.id)]


def _performer(job: Job, able: Iterable[Person], on: DayMap, request: Request) -> Need:
    choices = tuple(_performing(job, person, on) for person in able)
    held = request.wishes.only_practitioner and job.main and any(job.fits(person) for person in on.resources.people)
    missing = Code.NOT_QUALIFIED if held else Code.NOBODY_QUALIFIED
    return Need(Kind.STAFF, job.parts[0].phase.name, ",".join(sorted(job.skills)), choices, missing, Code.STAFF_BUSY)


def _performing(job: Job, person: Person, on: DayMap) -> Choice:
    stretches = [Stretch.of(part) for part in job.parts]
    there = _throughout(stretches, on.works(person))
    allowed = there
    if job.supervised and PHYSICIAN not in person.roles:
        allowed &= _throughout(stretches, on.physician_works())
    plain = claimed(Kind.STAFF, [(stretch, person.id) for stretch in stretches], on)
    return Choice(plain.claims, there, allowed, plain.free & allowed)


def _throughout(stretches: Iterable[Stretch], minutes: int) -> int:
    return reduce(and_, (stretch.starts(minutes) for stretch in stretches), ALWAYS)


def _performer_of(part: Part, who: list[tuple[Job, Person]]) -> Person | None:
    """Who performs the part, or the next one after it that is performed, else the last."""
    performed = [(done, person) for job, person in who for done in job.parts]
    later = [pair for pair in performed if pair[0].begin >= part.begin]
    if later:
        return min(later, key=lambda pair: pair[0].begin)[1]
    return max(performed, key=lambda pair: pair[0].begin)[1] if performed else None


def _helper(part: Part, performer: Person | None, on: DayMap) -> Need | None:
    wanted = part.phase.assistant
    if wanted is Assistant.NONE:
        return None
    assistants = _assistants(part.phase, performer, on)
    choices = [_assisting(part, person, on) for person in assistants]
    if wanted is Assistant.WANTED and (nobody := on.without(assistants)):
        choices.append(Choice((), nobody, nobody, nobody))
    if wanted is Assistant.ELSE_PERFORMER and performer is not None:
        nobody_else = ~reduce(or_, (choice.there for choice in choices), 0)
        own = _assisting(part, performer, on)
        choices.append(Choice(own.claims, own.there, own.allowed, own.free & nobody_else))
    return Need(Kind.STAFF, part.phase.name, "assistant", tuple(choices), Code.NOBODY_QUALIFIED, Code.STAFF_BUSY)


def _assistants(phase: Phase, performer: Person | None, on: DayMap) -> list[Person]:
    """Everyone who may assist; who can do least else comes first, so that the others stay free to perform."""
    able = [person for person in on.resources.people if person.roles & phase.assistant_roles and person is not performer]
    return sorted(able, key=lambda person: (PHYSICIAN in person.roles, len(person.skills), person.id))


def _assisting(part: Part, person: Person, on: DayMap) -> Choice:
    there = Stretch.of(part).starts(on.works(person))
    plain = claimed(Kind.STAFF, [(Stretch.of(part), person.id)], on)
    return Choice(plain.claims, there, there, plain.free)
