"""The program over the ways to put displaced visits, and its rows, which keep them from each other.

Rooms, devices, chairs and assistants that can stand in for each other are counted, not named, in cells of 5 minutes; who and
what it is in the end is settled by `replan_seats`.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import inf
from typing import TypeAlias

from app.planning.day_map import GRAIN
from app.planning.displaced import Apart, Displaced, OnDays
from app.planning.integer_program import Program, Row
from app.planning.replan_columns import Column, UsesOf, columns_of
from app.planning.resources import Kind

Pattern: TypeAlias = tuple[object, ...]
"""What a column asks of people, rooms and devices, whoever the patient is."""


class Model:
    """The program for some of the columns; more are added as their price asks for them."""

    def __init__(self, displaced: Mapping[int, Displaced], apart: Sequence[Apart], on_days: OnDays, unplaced: int) -> None:
        """`unplaced`: what a visit without a place costs."""
        self._displaced, self._apart, self._on_days, self._unplaced = displaced, apart, on_days, unplaced
        self._ahead = {visit.id: visit.days() for visit in displaced.values()}
        self._of_day: dict[date, list[int]] = defaultdict(list)
        self._uses: UsesOf = {}
        visits = Counter(visit.patient for visit in displaced.values())
        self._often = {patient for patient, number in visits.items() if number > 1}
        self._shared_on: dict[date, list[Row]] = {}  # worked out anew when the day gets further columns
        self.columns: list[Column] = []
        self._forbidden: list[tuple[date, frozenset[Pattern]]] = []

    def widen(self, most: Mapping[int, float]) -> bool:
        """Add every day that may hold a column of at most this cost, by visit. False: there was none to add."""
        added = False
        for visit_id, ahead in self._ahead.items():
            while ahead and ahead[0][0] <= most.get(visit_id, 0):
                self._add(visit_id, ahead.pop(0)[1])
                added = True
        return added

    def deepen(self, days: int) -> None:
        """Add the nearest days of every visit until each has seen so many with a free time."""
        for visit_id, ahead in self._ahead.items():
            seen = 0
            while ahead and seen < days:
                seen += self._add(visit_id, ahead.pop(0)[1])

    def program(self, kept: Sequence[int] | None = None) -> Program:
        """Columns first, then one "no place" for every visit; the first rows say: exactly one of these for each visit.

        `kept`: only these columns, by their numbers.
        """
        numbers = range(len(self.columns)) if kept is None else kept
        columns, place = [self.columns[n] for n in numbers], {n: at for at, n in enumerate(numbers)}
        ids = list(self._displaced)
        nowhere = {visit_id: len(columns) + n for n, visit_id in enumerate(ids)}
        mine: dict[int, list[int]] = defaultdict(list)
        for at, column in enumerate(columns):
            mine[column.visit].append(at)
        rows = [Row([*mine[i], nowhere[i]], [1.0] * (len(mine[i]) + 1), 1, 1) for i in ids]
        rows += self._shared() if kept is None else filter(None, (_among(row, place) for row in self._shared()))
        rows += (row for pair in self._apart for row in _kept_apart(pair, columns, mine, nowhere))
        rows += (row for row in (_among(row, place) for row in self._not_all()) if row)
        return Program([*(column.cost for column in columns), *[self._unplaced] * len(ids)], rows)

    def forbid(self, numbers: Iterable[int]) -> None:
        """Not all of these columns, which are of one day, nor others in their stead that ask for the same."""
        found = list(numbers)
        self._forbidden.append((self.columns[found[0]].day, frozenset(self._pattern(n) for n in found)))

    def _not_all(self) -> Iterator[Row]:
        for day, patterns in self._forbidden:
            at = [n for n in self._of_day[day] if self._pattern(n) in patterns]
            yield Row(at, [1.0] * len(at), -inf, len(patterns) - 1)

    def _pattern(self, number: int) -> Pattern:
        """One performer cannot do two of a pattern; without a performer only the visit itself is of it."""
        column = self.columns[number]
        team, start = column.candidate.team, column.candidate.start
        needs = (*team.needs, *self._on_days.of(column.visit, column.day).needs)
        ways = tuple(tuple(choice.claims for choice in need.choices if choice.free >> start & 1) for need in needs)
        return start, team.people or column.visit, ways

    def _add(self, visit_id: int, day: date) -> bool:
        """The columns of a visit on a day; False where it has none."""
        found = list(columns_of(self._displaced[visit_id], day, self._on_days, self._uses, self._often))
        if found:
            self._of_day[day].extend(range(len(self.columns), len(self.columns) + len(found)))
            self._shared_on.pop(day, None)
            self.columns.extend(found)
        return bool(found)

    def _shared(self) -> Iterator[Row]:
        """Nothing is claimed more often at once than there is of it."""
        for day, numbers in self._of_day.items():
            if day not in self._shared_on:
                self._shared_on[day] = list(self._crowds(day, numbers))
            yield from self._shared_on[day]

    def _crowds(self, day: date, numbers: Sequence[int]) -> Iterator[Row]:
        claimed: dict[Kind, dict[frozenset[int], list[tuple[int, range]]]] = defaultdict(lambda: defaultdict(list))
        for n in numbers:
            for use in self.columns[n].uses:
                claimed[use.kind][use.ids].append((n, use.cells))
        for kind, by_ids in claimed.items():
            rows: set[tuple[tuple[int, ...], int]] = set()
            for ids in by_ids:
                uses = [use for some, found in by_ids.items() if some <= ids for use in found]
                for cell, taken in _at_once(uses, exact=len(ids) > 1).items():
                    most = self._free(kind, ids, day, cell, self.columns[taken[0]])
                    if (tuple(taken), most) not in rows and _could_exceed(taken, self.columns, most):
                        rows.add((tuple(taken), most))
                        times = Counter(taken)
                        yield Row(list(times), list(times.values()), -inf, most)

    def _free(self, kind: Kind, ids: frozenset[int], day: date, cell: int, column: Column) -> int:
        if len(ids) == 1:
            return 1
        on, minutes = self._on_days.of(column.visit, day).on, ((1 << GRAIN) - 1) << cell * GRAIN
        return sum(bool(on.free(kind, one) & minutes) for one in ids)


def _among(row: Row, place: Mapping[int, int]) -> Row | None:
    """The row over the columns that have a place; None where these can never be too many."""
    left = [(place[n], times) for n, times in zip(row.columns, row.numbers, strict=True) if n in place]
    if sum(times for _, times in left) <= row.most:
        return None
    return Row([at for at, _ in left], [times for _, times in left], row.least, row.most)


def _at_once(uses: Sequence[tuple[int, range]], exact: bool) -> dict[int, list[int]]:
    """Who claims in each cell in which a claim begins; if none is too many there, none is anywhere.

    Not `exact`: where nothing ends before the next one begins, that one says it all.
    """
    begins = sorted({cells.start for _, cells in uses})
    if not exact:
        ends = sorted({cells.stop for _, cells in uses})
        before = [bisect_right(ends, cell) for cell in begins]
        begins = [cell for cell, now, then in zip(begins, before, [*before[1:], len(ends)], strict=True) if now < then]
    found: dict[int, list[int]] = {cell: [] for cell in begins}
    for n, cells in uses:
        for cell in begins[bisect_left(begins, cells.start) : bisect_left(begins, cells.stop)]:
            found[cell].append(n)
    return found


def _could_exceed(taken: Sequence[int], columns: Sequence[Column], most: int) -> bool:
    """One visit is in one place only, so that its columns count once."""
    visits = {columns[n].visit for n in taken}
    return len(visits) > 1 and (len(visits) > most or len(taken) > len(set(taken)))


def _kept_apart(pair: Apart, columns: Sequence[Column], mine: Mapping[int, list[int]], nowhere: Mapping[int, int]) -> Iterator[Row]:
    """If one lies on a day, the other lies on a day that suits it, or nowhere."""
    for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
        days: dict[date, list[int]] = defaultdict(list)
        for n in mine[one]:
            days[columns[n].day].append(n)
        for day, here in days.items():
            suits = [
                n for n in mine[other]
                if (pair.allows(day, columns[n].day) if one == pair.first else pair.allows(columns[n].day, day))
            ]  # fmt: skip
            at, numbers = [*here, *suits, nowhere[other]], [1.0] * len(here) + [-1.0] * (len(suits) + 1)
            yield Row(at, numbers, -inf, 0)
