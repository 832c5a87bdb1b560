"""What the rest of one course costs at the least when no other course stands in its way: the limit for whole plans."""

from datetime import date
from typing import Final, NamedTuple, TypeAlias

from app.planning.placement import UNPLACED, cost, costs
from app.planning.series_tracks import Starts
from app.planning.windows import Window

Days: TypeAlias = tuple[date | None, ...]
CHANGED: Final = cost(changed=1)
NEVER: Final = UNPLACED * 10_000


class Ahead(NamedTuple):
    """What comes next of a course: all that this and what follows depend on, the window, and its days with their cost, the best first."""

    known: object
    window: Window | None
    days: list[tuple[int, date]]


class Alone:
    """One course that begins when its own rules allow, and not before the day `first` if one is given.

    `free`: the same course without that day. Once its first session has a day, both ask the same, and `free` answers.
    """

    def __init__(self, starts: Starts, number: int, first: date | None = None, free: "Alone | None" = None) -> None:
        self.first = first
        self._starts, self._number, self._track = starts, number, starts.tracks[number]
        self._window_after, self._free = self._track.windows(first), free
        self._remembers, self._sessions = sorted(self._track.remembers), len(self._track.sessions)
        self._ahead: dict[object, Ahead] = {}
        self._ways: dict[tuple[int, date], list[tuple[int, int | None]]] = {}
        self._least: dict[object, tuple[int, bool]] = {}

    def behind(self, days: Days) -> "Alone":
        """Who answers for the sessions behind those on `days`."""
        return self if self._free is None or not days or days[0] is None else self._free

    def remembered(self, days: Days) -> object:
        """All that the windows to come depend on."""
        if not self._remembers:
            return len(days), days[-1:]
        return len(days), days[-1:], tuple(days[index] for index in self._remembers if index < len(days))

    def window(self, days: Days) -> Window | None:
        """Of the session behind those on `days`; None also where none is left."""
        return self._after(days).window

    def days(self, days: Days, until: date) -> list[tuple[int, date]]:
        """The days of the next session behind those on `days` and behind the day `until`, each with its cost, the best first."""
        ahead = self._after(days)
        return [pair for pair in ahead.days if pair[1] > until] if self._held(len(days), ahead, until) else ahead.days

    def left_out(self, days: Days) -> Days:
        """The days when the next session is left out: it counts as done on its recommended day."""
        window = self.window(days)
        return (*days, None if window is None else window.recommended)

    def least(self, days: Days, performer_id: int | None, until: date, limit: int = NEVER) -> int:
        """The cost of all sessions behind those on `days` and behind the day `until`, but for the number of their visits.

        `performer_id`: who does the last session placed. From `limit` on it is enough to know that it costs no less than the answer.
        """
        if len(days) == self._sessions:
            return 0
        ahead = self._after(days)
        key = (ahead.known, performer_id, until if self._held(len(days), ahead, until) else None)
        found, exact = self._least.get(key, (0, False))
        if found < limit and not exact:
            found = self._least_of(days, performer_id, until, limit)
            self._least[key] = found, found < limit
        return found

    def _after(self, days: Days) -> Ahead:
        known = self.remembered(days)
        ahead = self._ahead.get(known)
        if ahead is None:
            index = len(days)
            window = self._window_after(index, days) if index < self._sessions else None
            found = [] if window is None else costs(self._track.sessions[index], window)
            ahead = self._ahead[known] = Ahead(known, window, found)
        return ahead

    def _held(self, index: int, ahead: Ahead, until: date) -> bool:
        """The day limits the session: it does not lie before the window, and the session keeps the order."""
        return ahead.window is not None and until >= ahead.window.earliest and index not in self._track.in_any_order

    def _least_of(self, days: Days, before: int | None, until: date, limit: int) -> int:
        best = limit
        for least, day in self.days(days, until):
            if least >= best:
                break
            for share, performer_id in self._ways_on(len(days), day):
                paid = least + share + (CHANGED if before not in (None, performer_id) else 0)
                if paid < best:
                    best = min(best, paid + self._rest((*days, day), performer_id, max(until, day), best - paid))
        if best > UNPLACED:
            best = min(best, UNPLACED + self._rest(self.left_out(days), before, until, best - UNPLACED))
        return best

    def _rest(self, days: Days, performer_id: int | None, until: date, limit: int) -> int:
        return self.behind(days).least(days, performer_id, until, limit)

    def _ways_on(self, index: int, day: date) -> list[tuple[int, int | None]]:
        """What the ways to place a session on a day cost beside its distance; of a visit for two it bears half."""
        found = self._ways.get((index, day))
        if found is None:
            key = (self._number, index)
            found = [(start.cost, start.performer_id) for start in self._starts.on((key,), day)]
            found += [(start.half, start.performer_id) for pair in self._starts.shared(key) for start in self._starts.on(pair, day)]
            self._ways[index, day] = found
        return found
