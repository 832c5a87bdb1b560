"""R8: a practitioner away for a week (and for two): how far everybody is moved ÷ the proven bound, and who is left without a place."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from app.planning.beside import beside
from app.planning.best_on_day import best_on
from app.planning.displaced import Displaced
from app.planning.replan import Replanned, replan
from app.planning.resources import Chair, Device, Kind, Person, Resources, Room
from app.planning.visit import Assistant, DeviceNeed, Phase, Place, Request, Slot, Wishes
from app.planning.windows import Window

MONDAY = date(2026, 12, 7)
AWAY = 1
SEEDS = range(12)
WEEKS_AROUND = 7
ASKED_FOR = (1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3)
"""Whom the patients want: about 75 visits in a week with the one who will be away."""
SKILLS = frozenset({"meso", "prp", "needling"})
EITHER = frozenset({"physician", "practitioner"})


def measure(_folder: Path, _sessions: int) -> list[dict[str, str]]:
    """Twelve seeded clinics for each length of absence; the bound is worked out in the same run."""
    return [
        figure
        for days, bar, seconds in ((6, "≤ 1.02 in ≤ 2 s", 2.0), (13, "≤ 1.05 in ≤ 5 s", 5.0))
        for figure in _length(days, bar, seconds)
    ]


def _length(days: int, bar: str, seconds: float) -> Iterator[dict[str, str]]:
    found: list[tuple[int, float, Replanned]] = []
    for seed in SEEDS:
        displaced = a_week_away(seed, days)
        begun = time.perf_counter()
        answer = replan(displaced, seconds=seconds)
        found.append((len(displaced), time.perf_counter() - begun, answer))
    ratios = [answer.cost / max(answer.bound, 1) for _, _, answer in found]
    sizes, spent = [size for size, _, _ in found], [took for _, took, _ in found]
    how = (
        f"{len(found)} cases of {min(sizes)}–{max(sizes)} visits, worst {max(ratios):.3f}; {statistics.median(spent):.1f} s, "
        f"worst {max(spent):.1f} s; proven best {sum(answer.proven for _, _, answer in found)}; "
        f"without a place {sum(len(answer.unplaced) for _, _, answer in found)}"
    )
    yield {
        "id": "R8",
        "what": f"displacement ÷ bound, {days} days away",
        "value": f"{statistics.median(ratios):.3f}",
        "bar": bar,
        "how": how,
    }


def a_week_away(seed: int, days: int) -> list[Displaced]:
    """The visits of somebody who is away from Monday on, in a clinic that is well booked around it."""
    luck = random.Random(seed)
    calendar = [day for n in range(-14, 7 * WEEKS_AROUND) if (day := MONDAY + timedelta(days=n)).weekday() < 6]
    clinic = _clinic(calendar)
    booked = [(phases, slot) for day in calendar for phases, slot in _a_day(luck, clinic, day)]
    gone = {day for day in calendar if MONDAY <= day < MONDAY + timedelta(days=days)}
    hit = [
        (phases, slot) for phases, slot in booked if slot.day in gone and any(c.kind is Kind.STAFF and c.id == AWAY for c in slot.claims)
    ]
    world = beside(clinic, [slot for _, slot in booked if all(slot is not one for _, one in hit)])
    away = tuple(
        replace(one, hours={day: spans for day, spans in one.hours.items() if one.id != AWAY or day not in gone}) for one in world.people
    )
    world = replace(world, people=away)
    return [_displaced(n, luck, world, phases, slot) for n, (phases, slot) in enumerate(hit, start=1)]


def _displaced(n: int, luck: random.Random, world: Resources, phases: tuple[Phase, ...], slot: Slot) -> Displaced:
    earliest, latest = slot.day - timedelta(days=luck.randint(2, 7)), slot.day + timedelta(days=luck.randint(5, 18))
    request = Request(phases, world, {}, Wishes(), (MONDAY, 8 * 60))
    return Displaced(n, n, request, Window(earliest, slot.day, latest, 28, ()), slot.day, slot.start_minute, slot.performer_id)


def _clinic(calendar: Sequence[date]) -> Resources:
    hours = dict.fromkeys(calendar, ((9 * 60, 19 * 60),))
    people = [
        Person(1, frozenset({"physician"}), SKILLS, hours), Person(2, frozenset({"physician"}), SKILLS, hours),
        Person(3, frozenset({"practitioner"}), SKILLS, hours), *(Person(n, frozenset({"practitioner"}), hours=hours) for n in (4, 5)),
    ]  # fmt: skip
    rooms = tuple(Room(n, frozenset({"procedure"})) for n in (1, 2, 3))
    chairs, devices = tuple(Chair(n) for n in range(1, 5)), (Device(1, "pen"), Device(2, "pen"), Device(3, "centrifuge"))
    return Resources(hours, tuple(people), rooms, chairs, devices)


def _a_day(luck: random.Random, clinic: Resources, day: date) -> Iterator[tuple[tuple[Phase, ...], Slot]]:
    """Near days are fuller than far ones."""
    fill = 0.75 if day < MONDAY + timedelta(days=7) else 0.75 * max(0.25, 1 - 0.17 * ((day - MONDAY).days // 7))
    for _ in range(int(60 * fill)):
        phases = luck.choice((_meso, _meso, _prp, _needling))()
        visit, candidates = best_on(Request(phases, clinic, {}, Wishes(practitioner=luck.choice(ASKED_FOR))), day)
        candidate = min(candidates, key=lambda one: (one.fit[0], luck.random()), default=None)
        if candidate is not None:
            slot = visit.slot(candidate)
            clinic = beside(clinic, [slot])
            yield phases, slot


def _meso() -> tuple[Phase, ...]:
    return (
        Phase("procedure", 20, True, EITHER, skills=frozenset({"meso"}), room_kind="procedure"), Phase("afterwards", 10, place=Place.ANY_CHAIR),
    )  # fmt: skip


def _prp() -> tuple[Phase, ...]:
    spin = (DeviceNeed("centrifuge", 10),)
    return (
        Phase("preparation", 20, assistant=Assistant.ELSE_PERFORMER, place=Place.ANY_CHAIR, devices=spin),
        Phase("procedure", 30, True, skills=frozenset({"prp"}), room_kind="procedure"), Phase("afterwards", 10, place=Place.SAME_ROOM),
    )  # fmt: skip


def _needling() -> tuple[Phase, ...]:
    return (
        Phase("preparation", 10, assistant=Assistant.ELSE_PERFORMER, place=Place.ANY_CHAIR), Phase("numbing", 30, place=Place.ANY_CHAIR),
        Phase("procedure", 30, True, EITHER, skills=frozenset({"needling"}), assistant=Assistant.WANTED, room_kind="procedure",
              devices=(DeviceNeed("pen"),)),
        Phase("afterwards", 10, place=Place.SAME_ROOM),
    )  # fmt: skip
