"""The search over whole plans, the most promising one first.

What each course would cost alone from here on, and the fewest visits there can be, is a limit that is never too high;
so the first complete plan that comes up is the best there is, unless one was dropped that promised more.
"""

from collections import Counter
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from app.planning.placement import UNPLACED
from app.planning.series_alone import NEVER
from app.planning.series_moves import Moves
from app.planning.series_plans import Fan, Plan


class Found(NamedTuple):
    """A complete plan, and what no plan costs less than."""

    plan: Plan
    bound: int


class Waiting(NamedTuple):
    """A plan, or the plans of a fan, with a limit of what comes of it.

    Of equals the one that has left out the fewest sessions comes first, so that the last ones go without; then the longest. The
    limit of a plan that is `doubted` was found too low once.
    """

    limit: int
    left_out: int
    shortness: int
    number: int
    what: Plan | Fan
    doubted: bool


class Joint:
    """Plans that were looked at, and those that wait."""

    def __init__(self, moves: Moves) -> None:
        self._moves, self._numbers = moves, count()
        self._waiting: list[Waiting] = []
        self._paid: dict[object, int] = {}

    def best(self, first: Plan, breadth: int) -> Found:
        """The best plan that can be seen when at most so many plans of each length are looked at further."""
        self._add(first, 0)
        looked, bound = Counter[int](), NEVER
        while True:
            limit, *_, what, doubted = heappop(self._waiting)
            if isinstance(what, Fan):
                self._open(limit, what)
            elif (least := self._moves.limit(what, NEVER if doubted else limit + 1)) > limit:
                self._push(least, what, what, doubted=True)
            elif self._moves.done(what):
                return Found(what, min(limit, bound))
            elif looked[what.length] < breadth:
                looked[what.length] += 1
                self._branch(limit, what)
            else:
                bound = min(limit, bound)

    def _branch(self, limit: int, plan: Plan) -> None:
        for fan in self._moves.fans(plan):
            self._push(max(limit, fan.limit), plan, fan)
        for shorter in self._moves.left_out(plan):
            self._add(shorter, limit)

    def _open(self, limit: int, fan: Fan) -> None:
        for plan in self._moves.on_first_day(fan):
            self._add(plan, limit)
        if fan.later:
            self._push(max(limit, fan.later.limit), fan.plan, fan.later)

    def _add(self, plan: Plan, at_least: int) -> None:
        """A plan, unless one as cheap is known from which the rest is the same."""
        key = self._moves.key(plan)
        if self._paid.get(key, plan.paid + 1) > plan.paid:
            self._paid[key] = plan.paid
            self._push(max(at_least, plan.paid), plan, plan)

    def _push(self, limit: int, plan: Plan, what: Plan | Fan, doubted: bool = False) -> None:
        heappush(self._waiting, Waiting(limit, plan.paid // UNPLACED, -plan.length, next(self._numbers), what, doubted))
