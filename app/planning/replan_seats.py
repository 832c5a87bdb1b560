"""Real people, rooms and devices for visits whose times and performers are decided: one day, everything at once."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

from app.planning.needs import Choice
from app.planning.resources import Kind
from app.planning.visit import WHOLE_VISIT, Claim, Slot, hands_on, patient_minutes
from app.planning.visit_on_day import Candidate, VisitOnDay

MOST_TRIES: Final = 20_000


class Sitting(NamedTuple):
    """A visit at its time with its performers; `patient` tells one patient's visits from another's."""

    patient: int
    visit: VisitOnDay
    candidate: Candidate


class _TooMany(Exception):
    pass


def seated(sittings: Sequence[Sitting]) -> list[Slot] | None:
    """A slot for each, none claiming what another has; None where there is no such choice (or it is not found soon)."""
    order = sorted(range(len(sittings)), key=lambda n: sittings[n].candidate.start)
    tries = iter(range(MOST_TRIES))
    slots: dict[int, Slot] = {}

    def seat(place: int, taken: tuple[tuple[int | None, Claim], ...]) -> bool:
        if place == len(order):
            return True
        one = sittings[order[place]]
        for slot in _ways(one):
            if next(tries, None) is None:
                raise _TooMany
            mine = tuple((one.patient if claim.kind is Kind.PATIENT else claim.id, claim) for claim in slot.claims)
            if not any(_clash(a, b) for a in mine for b in taken):
                slots[order[place]] = slot
                if seat(place + 1, taken + mine):
                    return True
        return False

    try:
        found = seat(0, ())
    except _TooMany:
        return None
    return [slots[n] for n in range(len(sittings))] if found else None


def _clash(one: tuple[int | None, Claim], other: tuple[int | None, Claim]) -> bool:
    (id_a, a), (id_b, b) = one, other
    return a.kind is b.kind and id_a == id_b and a.start_minute < b.end_minute and b.start_minute < a.end_minute


def _ways(sitting: Sitting) -> Iterator[Slot]:
    """Every choice of people, rooms, chairs and devices of a visit at its time, the best first."""
    visit, candidate = sitting.visit, sitting.candidate
    start, main = candidate.start, hands_on(visit.parts)
    needs = (*candidate.team.needs, *visit.needs)
    able = [[choice for choice in need.choices if choice.free >> start & 1] for need in needs]
    for choices in product(*able):
        claims = _claims(choices)
        if claims is not None:
            claims = [Claim(WHOLE_VISIT, Kind.PATIENT, None, 0, patient_minutes(visit.parts)), *claims]
            rooms = (claim.id for claim in claims if claim.kind is Kind.ROOM and claim.start_minute == main.begin)
            placed = tuple(claim.at(start) for claim in sorted(claims, key=lambda claim: claim.start_minute))
            yield Slot(
                visit.on.day, start, start + main.begin, start + visit.parts[-1].end, candidate.team.performer_id, next(rooms, None), placed
            )


def _claims(choices: Sequence[Choice]) -> list[Claim] | None:
    """All claims of one way; None where two of its needs would take the same thing at once."""
    claims: list[Claim] = []
    for choice in choices:
        if any(_clash((a.id, a), (b.id, b)) for a in choice.claims for b in claims):
            return None
        claims.extend(choice.claims)
    return claims
