"""Every way to put a displaced visit: on a day at a time with its performers, and what that takes."""

from collections.abc import Container, Iterator
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from app.planning.day_map import GRAIN, each_minute
from app.planning.displaced import Displaced, OnDays
from app.planning.needs import Need
from app.planning.resources import DAY_MINUTES, Kind
from app.planning.visit import patient_minutes
from app.planning.visit_on_day import Candidate, Fit

STARTS: Final = sum(1 << minute for minute in range(0, DAY_MINUTES, 3 * GRAIN))
"""Quarters of an hour; beside them the first and last start of every free stretch, which leave no hole."""
EASY: Final = Fit(0, 0, 0, 0)


class Use(NamedTuple):
    """One of these people or things, for these cells of the day."""

    kind: Kind
    ids: frozenset[int]
    cells: range


UsesOf: TypeAlias = dict[tuple[int, int], tuple[Use, ...]]
"""What a team and all things take from a start on, whoever the patient is; the team by its identity."""


class Column(NamedTuple):
    """One visit at one time with one team."""

    visit: int
    day: date
    candidate: Candidate
    cost: int
    uses: tuple[Use, ...]


def columns_of(visit: Displaced, day: date, on_days: OnDays, uses: UsesOf, often: Container[int]) -> Iterator[Column]:
    """The ways to put a visit on a day: every team at every start that is worth a look. `uses`: what is known already.

    `often`: the patients with more than one visit; nobody else is in anybody's way.
    """
    there = on_days.of(visit.id, day)
    for team in on_days.alike(visit.id, day).teams if there.open else ():
        starts = team.starts & there.open
        edges = (starts & ~(starts << 1)) | (starts & ~(starts >> 1)) | (1 << visit.start)
        for start in each_minute(starts & (STARTS | edges)):
            if (id(team), start) not in uses:
                uses[id(team), start] = tuple(use for need in (*team.needs, *there.needs) for use in _of_need(need, start))
            found = uses[id(team), start]
            if visit.patient in often:
                found = Use(Kind.PATIENT, frozenset({visit.patient}), _cells(start, start + patient_minutes(there.parts))), *found
            yield Column(visit.id, day, Candidate(start, team, EASY), visit.cost(day, start, team.performer_id), found)


def _of_need(need: Need, start: int) -> Iterator[Use]:
    """Where there is one way only it is named, else any of those that could."""
    able = [choice for choice in need.choices if choice.free >> start & 1]
    for claims in zip(*(choice.claims for choice in able), strict=False):
        ids = frozenset(claim.id for claim in claims if claim.id is not None)
        yield Use(need.kind, ids, _cells(claims[0].start_minute + start, claims[0].end_minute + start))


def _cells(begin: int, end: int) -> range:
    return range(begin // GRAIN, -(-end // GRAIN))
