"""Places for visits that cannot stay: as many as can be, moved as little as can be, with real people, rooms and devices.

One integer program for all of them, solved by HiGHS, which also says how far from the best the answer can be. Its
columns are added only where their price asks for them, so that the bound holds for all days although few are written
out. A plain greedy is the first answer, and what is left when time is short.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, inf
from time import monotonic
from typing import Final

from app.planning.displaced import MOST_FOR_HOURS, OTHER_PRACTITIONER, Apart, Displaced, OnDays
from app.planning.integer_program import HAIR, Relaxed, relax, rounded, solve
from app.planning.obstacles import Code, Obstacle
from app.planning.placement import why_nowhere
from app.planning.replan_greedy import Beside
from app.planning.replan_model import Model
from app.planning.replan_seats import Clash, Sitting, seated
from app.planning.visit import Slot

SECONDS: Final = 20.0
NEAR_DAYS: Final = 3
SPREADS: Final = ((4, 0.005), (48, 0.0), (inf, 0.0))
"""Only columns that add at most so much to the relaxed cost, and how near to their best is near enough: first few
columns, which nearly always hold a good answer, then those that nearly always hold the best one, at last all. Those that
add nothing are too few: a good answer is hard to find among them.
"""

SEATING: Final = 0.08
"""The share of the time that is kept back: what was found last must still get its real rooms and devices."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """Where each visit goes. `unplaced` says why it goes nowhere; `cost` counts as `Displaced.cost` does.

    `bound`: no answer that leaves as few unplaced can cost less. `proven`: none can.
    """

    slots: Mapping[int, Slot]
    unplaced: Mapping[int, tuple[Obstacle, ...]]
    cost: int
    bound: int
    proven: bool


def replan(
    displaced: Sequence[Displaced], apart: Sequence[Apart] = (), seconds: float = SECONDS, stopwatch: Callable[[], float] = monotonic
) -> Replanned:
    """A new place for as many displaced visits as there can be one, moved as little as possible.

    The same answer every time, unless `seconds` on the stopwatch ran out before it was proven.
    """
    return _Search(displaced, apart, seconds, stopwatch).answer()


@dataclass(frozen=True, slots=True)
class _Found:
    slots: dict[int, Slot]
    cost: int  # with what each visit without a place costs


class _Search:
    def __init__(self, displaced: Sequence[Displaced], apart: Sequence[Apart], seconds: float, stopwatch: Callable[[], float]) -> None:
        self._displaced = {visit.id: visit for visit in displaced}
        self._apart = apart
        self._stopwatch, self._until = stopwatch, stopwatch() + seconds * (1 - SEATING)
        self._on_days = OnDays(self._displaced)
        furthest = (max((cost for cost, _ in visit.days()), default=0) for visit in displaced)
        self._nowhere = 1 + sum(cost + OTHER_PRACTITIONER + MOST_FOR_HOURS for cost in furthest)
        self._model = Model(self._displaced, apart, self._on_days, self._nowhere)
        self._bound = 0
        self._sure = True  # nothing was forbidden that might have been possible

    def answer(self) -> Replanned:
        best = self._filled({})
        if self._displaced and best.cost:
            best = self._improved(best)
        left = [visit_id for visit_id in self._displaced if visit_id not in best.slots]
        lost = self._nowhere * len(left)
        why = {visit_id: self._why(visit_id, best.slots) for visit_id in left}
        bound = min(max(self._bound - lost, 0), best.cost - lost)
        return Replanned(best.slots, why, best.cost - lost, bound, self._bound >= best.cost)

    def _filled(self, slots: Mapping[int, Slot]) -> _Found:
        """These slots with a place for everybody else, as near as can be beside them."""
        beside = Beside(self._displaced, self._apart, slots)
        beside.fill(visit for visit_id, visit in self._displaced.items() if visit_id not in slots)
        return _Found(beside.slots, sum(self._cost(visit, beside.slots.get(visit.id)) for visit in self._displaced.values()))

    def _cost(self, visit: Displaced, slot: Slot | None) -> int:
        return self._nowhere if slot is None else visit.cost_of(slot)

    def _why(self, visit_id: int, slots: Mapping[int, Slot]) -> tuple[Obstacle, ...]:
        visit, beside = self._displaced[visit_id], Beside(self._displaced, self._apart, slots)
        found = why_nowhere(visit.request, visit.window, lambda day: beside.taken(visit.patient, day))
        return found or (Obstacle(Code.NO_COMMON_TIME),)

    def _improved(self, best: _Found) -> _Found:
        """The program over the nearest days, then over ever more of what could still be better, until nothing can."""
        self._model.deepen(NEAR_DAYS)
        self._model.widen({visit_id: self._displaced[visit_id].cost_of(slot) for visit_id, slot in best.slots.items()})
        relaxed = self._priced()
        if relaxed is None:
            return best
        self._bound = ceil(relaxed.cost - HAIR)
        best = self._better(best, [n for n in sorted(rounded(relaxed)) if n < len(self._model.columns)])[0]
        for spread, near in SPREADS:
            if relaxed is None or best.cost <= self._bound:
                break
            room = min(best.cost - relaxed.cost, spread)
            if self._model.widen({visit_id: price + room for visit_id, price in self._prices(relaxed).items()}):
                relaxed = self._priced()
            if relaxed is not None:
                best = self._solved(relaxed, room, near, best)
        return best

    def _priced(self) -> Relaxed | None:
        """The relaxed answer over all columns there are: those not written out cost more than their visit's price.

        None where the time was too short.
        """
        while True:
            relaxed = relax(self._model.program(), self._left()) if self._left() > 0 else None
            if relaxed is None or not self._model.widen({visit_id: price - HAIR for visit_id, price in self._prices(relaxed).items()}):
                return relaxed

    def _prices(self, relaxed: Relaxed) -> dict[int, float]:
        return dict(zip(self._displaced, relaxed.prices, strict=False))

    def _solved(self, relaxed: Relaxed, room: float, near: float, best: _Found) -> _Found:
        """The best whole answer over the columns that may add at most `room`, with real rooms and devices.

        An answer with any other column costs more than the relaxed one and `room`, so that this bounds them all.
        """
        kept = [n for n, adds in zip(range(len(self._model.columns)), relaxed.reduced, strict=False) if adds <= room + HAIR]
        while True:
            solved = solve(self._model.program(kept), self._left(), near)
            bound = min(solved.bound, best.cost, ceil(relaxed.cost + room - HAIR))
            self._bound = max(self._bound, bound if self._sure else 0)
            if solved.chosen is None or solved.cost >= best.cost:  # what is chosen costs no more than what becomes of it
                return best
            best, whole = self._better(best, [kept[n] for n in sorted(solved.chosen) if n < len(kept)])
            if whole or self._left() <= 0:
                return best

    def _better(self, best: _Found, chosen: Sequence[int]) -> tuple[_Found, bool]:
        """The better of the best and these columns with everybody else as near as can be; and whether all of these could be."""
        slots, whole = self._seated(chosen)
        return min(best, self._filled(slots), key=lambda found: found.cost), whole

    def _seated(self, chosen: Sequence[int]) -> tuple[dict[int, Slot], bool]:
        """Real slots, and whether for all: where some of one day cannot all be, that is forbidden and one of them left out."""
        slots: dict[int, Slot] = {}
        by_day: dict[date, list[int]] = {}
        for number in chosen:
            by_day.setdefault(self._model.columns[number].day, []).append(number)
        for day, numbers in by_day.items():
            while clashes := self._seat(day, numbers, slots):
                for clash in clashes:
                    self._model.forbid(numbers[n] for n in clash.who)
                    self._sure = self._sure and clash.sure
                left_out = {max(clash.who) for clash in clashes}
                numbers = [number for n, number in enumerate(numbers) if n not in left_out]
        return slots, len(slots) == len(chosen)

    def _seat(self, day: date, numbers: Sequence[int], slots: dict[int, Slot]) -> Sequence[Clash]:
        columns = [self._model.columns[number] for number in numbers]
        found = seated([Sitting(self._displaced[c.visit].patient, self._on_days.of(c.visit, day), c.candidate) for c in columns])
        slots |= {column.visit: slot for column, slot in zip(columns, found.slots, strict=False)}
        return found.clashes

    def _left(self) -> float:
        return self._until - self._stopwatch()

