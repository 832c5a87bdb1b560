"""R7: a whole series placed in random worlds ÷ CP-SAT on the same series, and in how many both cost the same.

Ours works out the free times of every day it looks at; CP-SAT is given them. Time is what the processor was busy, one core for each.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.planning.best_on_day import best_on
from app.planning.placement import Distance, distances
from app.planning.resources import Person, Resources, Room, Span
from app.planning.series import Placement, place_series
from app.planning.series_tracks import Track
from app.planning.visit import Phase, Request, Wishes
from app.planning.visit_on_day import Fit
from app.planning.windows import Window

WORLDS = int(os.environ.get("WORLDS", "1000"))
MONDAY = date(2026, 12, 7)
HORIZON = 330
SOLVER = Path(sys.prefix) / "cp-sat" / "bin" / "python"
WEIGHTS = (1 << 30, 1 << 26, 1 << 23, 1 << 20, 1 << 11, 1 << 3, 1)
"""Of the costs in their order, so far apart that no sum of eight sessions reaches the next."""
CHANGED = WEIGHTS[1]


@dataclass(frozen=True)
class World:
    """A series of equal sessions: days after the session before, the first within so many days from Monday."""

    request: Request
    sessions: int
    gaps: tuple[int, int, int]
    first: int

    def window_after(self, _index: int, days: tuple[date | None, ...]) -> Window:
        if not days or days[-1] is None:
            return Window(MONDAY, MONDAY + timedelta(days=2), MONDAY + timedelta(days=self.first), 0, ())
        least, ideal, most = (days[-1] + timedelta(days=number) for number in self.gaps)
        return Window(least, ideal, most, self.gaps[1], ())


def measure(_folder: Path, _sessions: int) -> list[dict[str, str]]:
    """Every world once with each; where OR-Tools is not installed only ours, and the line says so."""
    ours = [_placed(a_world(seed)) for seed in range(WORLDS)]  # none is kept: else some pay for looking through all that were known before
    spent = sorted(1000 * took for _, took in ours)
    p99, what = spent[int(0.99 * len(spent))], "a whole series ÷ CP-SAT"
    times = f"ours median {statistics.median(spent):.1f} ms, p99 {p99:.1f} ms (hold to 5), worst {spent[-1]:.1f} ms"
    if not SOLVER.exists():
        return [
            {
                "id": "R7",
                "what": what,
                "value": "-",
                "bar": "≤ 0.33",
                "how": f"OR-Tools is not installed here; {WORLDS} worlds, {times}",
            }
        ]
    theirs = _solved([_as_data(a_world(seed)) for seed in range(WORLDS)])
    equal = sum(cost == other for (cost, _), (other, _) in zip(ours, theirs, strict=True))
    ratios = sorted(took / other for (_, took), (_, other) in zip(ours, theirs, strict=True))
    spread = f"{ratios[len(ratios) // 20]:.3f}–{ratios[-1 - len(ratios) // 20]:.3f} of nine in ten"
    none = sum(cost is None for cost, _ in ours)
    how = f"equal cost in {equal} of {WORLDS} ({none} without a place for all), {spread}; {times}; CP-SAT median {1000 * statistics.median(took for _, took in theirs):.0f} ms"
    return [{"id": "R7", "what": what, "value": f"{statistics.median(ratios):.3f}", "bar": "≤ 0.33", "how": how}]


def a_world(seed: int) -> World:
    """Two practitioners, more or less booked, closed on Sundays; three to eight sessions, wishes or none."""
    luck = random.Random(seed)
    load = luck.choice((0.2, 0.5, 0.8))
    hours = {day: ((540, 1080),) for n in range(HORIZON) if (day := MONDAY + timedelta(days=n)).weekday() < 6}
    people = tuple(Person(n, frozenset({"physician"}), frozenset({"prp"}), hours, _booked(luck, load)) for n in (1, 2))
    wishes = Wishes(
        practitioner=luck.choice((None, 1)),
        weekdays=frozenset(luck.sample(range(6), luck.choice((0, 2)))),
        hours=luck.choice(((), ((600, 720),))),
    )
    procedure = Phase("procedure", luck.choice((30, 45)), performer=True, skills=frozenset({"prp"}), room_kind="procedure")
    clinic = Resources(hours, people, (Room(1, frozenset({"procedure"})), Room(2, frozenset({"procedure"}))))
    least = luck.choice((7, 14, 21, 28))
    ideal = least + luck.choice((0, 3, 7))
    return World(
        Request((procedure,), clinic, {}, wishes),
        luck.randint(3, 8),
        (least, ideal, ideal + luck.choice((0, 4, 7))),
        luck.choice((7, 14, 30)),
    )


def _booked(luck: random.Random, load: float) -> dict[date, tuple[Span, ...]]:
    """The day full, or with little left in the morning or the evening, or in pieces."""
    days: tuple[tuple[Span, ...], ...] = (((540, 1080),), ((540, 1050),), ((600, 1080),), ((575, 1040),), ((560, 700), (745, 900)))
    return {MONDAY + timedelta(days=n): luck.choice(days) for n in range(HORIZON) if luck.random() < load}


def _placed(world: World) -> tuple[int | None, float]:
    begun = time.process_time()
    found = place_series(Track((world.request,) * world.sessions, lambda first: world.window_after))
    took = time.process_time() - begun
    return _cost(world, found), took


def _cost(world: World, placed: Sequence[Placement]) -> int | None:
    total, before = 0, None
    for one in placed:
        if one.slot is None or one.window is None:
            return None
        distance = dict(distances(world.request, one.window))[one.slot.day]
        fit = next(best.fit for best in best_on(world.request, one.slot.day)[1] if best.team.performer_id == one.slot.performer_id)
        total += _weighed(distance, fit) + CHANGED * (before not in (None, one.slot.performer_id))
        before = one.slot.performer_id
    return total


def _weighed(distance: Distance, fit: Fit) -> int:
    counts = (
        distance.outside_ideal,
        fit.other_practitioner,
        distance.other_weekday,
        fit.other_hour,
        distance.days_off,
        fit.lost_minutes,
        fit.loose,
    )
    return sum(weight * count for weight, count in zip(WEIGHTS, counts, strict=True))


def _as_data(world: World) -> dict[str, Any]:
    """The world as tables: what each day costs with each practitioner, and each number of days after the session before."""
    calendar = [MONDAY + timedelta(days=n) for n in range(HORIZON)]
    fits = [{best.team.performer_id: best.fit for best in best_on(world.request, day)[1]} for day in calendar]
    wished = world.request.wishes.weekdays
    first, gap = world.window_after(0, ()), world.window_after(1, (MONDAY,))
    return {
        "sessions": world.sessions,
        "changed": CHANGED,
        "fits": [[_weighed(Distance(0, 0, 0), fit[who]) if who in fit else None for fit in fits] for who in (1, 2)],
        "weekday": [WEIGHTS[2] * (bool(wished) and day.weekday() not in wished) for day in calendar],
        "first": {"least": 0, "costs": _off(world.request, first)},
        "gap": {"least": world.gaps[0], "costs": _off(world.request, gap)},
    }


def _off(request: Request, window: Window) -> list[int]:
    """What each day of a window costs for its distance alone."""
    found = sorted((day, distance._replace(other_weekday=0)) for day, distance in distances(request, window))
    return [_weighed(distance, Fit(0, 0, 0, 0)) for _, distance in found]


def _solved(worlds: list[dict[str, Any]]) -> list[tuple[int | None, float]]:
    answer = subprocess.run(
        [SOLVER, Path(__file__).with_name("cp_sat.py")], input=json.dumps(worlds), capture_output=True, text=True, check=True
    )
    return [(cost, took) for cost, took in json.loads(answer.stdout)]
