"""What the rest of one course costs at the least when no other course stands in its way: the limit for whole plans."""

from collections.abc import Iterator
from datetime import date
from typing import Final, TypeAlias

from app.planning.placement import UNPLACED, cost, distances
from app.planning.series_tracks import Starts
from app.planning.windows import Window

Days: TypeAlias = tuple[date | None, ...]
CHANGED: Final = cost(changed=1)
NEVER: Final = UNPLACED * 10_000


class Alone:
    """One course that begins when its own rules allow, and not before a day if one is given.

    `free`: the same course without that day. Once its first session has a day, both ask the same, and `free` answers.
    """

    def __init__(self, starts: Starts, number: int, first: date | None = None, free: "Alone | None" = None) -> None:
        self._starts, self._number, self._track = starts, number, starts.tracks[number]
        self._window_after, self._free = self._track.windows(first), free
        self._remembers = sorted(self._track.remembers)
        self._windows: dict[object, Window | None] = {}
        self._days: dict[object, list[tuple[int, date]]] = {}
        self._least: dict[object, int] = {}

    def behind(self, days: Days) -> "Alone":
        """Who answers for the sessions behind those on `days`."""
        return self if self._free is None or not days or days[0] is None else self._free

    def remembered(self, days: Days) -> tuple[object, ...]:
        """All that the windows to come depend on."""
        return len(days), days[-1:], tuple(days[index] for index in self._remembers if index < len(days))

    def window(self, days: Days) -> Window | None:
        """Of the session behind those on `days`; None also where none is left."""
        if len(days) == len(self._track.sessions):
            return None
        known = self.remembered(days)
        if known not in self._windows:
            self._windows[known] = self._window_after(len(days), days)
        return self._windows[known]

    def days(self, days: Days, until: date) -> list[tuple[int, date]]:
        """The days of the next session behind those on `days` and behind the day `until`, each with its cost, the best first."""
        window = self.window(days)
        if window is None:
            return []
        key = (self._track.same[len(days)], window[:4])
        if key not in self._days:
            self._days[key] = [(cost(distance), day) for day, distance in distances(self._track.sessions[len(days)], window)]
        found = self._days[key]
        return found if self._free_of(days, until, window) else [pair for pair in found if pair[1] > until]

    def left_out(self, days: Days) -> Days:
        """The days when the next session is left out: it counts as done on its recommended day."""
        window = self.window(days)
        return (*days, None if window is None else window.recommended)

    def least(self, days: Days, performer_id: int | None, until: date) -> int:
        """The cost of all sessions behind those on `days` and behind the day `until`, but for the number of their visits.

        `performer_id`: who does the last session placed.
        """
        if len(days) == len(self._track.sessions):
            return 0
        window = self.window(days)
        after = None if window is None or self._free_of(days, until, window) else until
        key = (self.remembered(days), performer_id, after)
        if key not in self._least:
            self._least[key] = self._least_of(days, performer_id, until)
        return self._least[key]

    def _free_of(self, days: Days, until: date, window: Window) -> bool:
        """The day does not limit the session: it lies before the window, or the session keeps no order."""
        return until < window.earliest or len(days) in self._track.in_any_order

    def _least_of(self, days: Days, before: int | None, until: date) -> int:
        best = NEVER
        for least, day in self.days(days, until):
            if least >= best:
                break
            for share, performer_id in self._ways(len(days), day):
                paid = least + share + (CHANGED if before not in (None, performer_id) else 0)
                if paid < best:
                    best = min(best, paid + self._rest((*days, day), performer_id, max(until, day)))
        if best > UNPLACED:
            best = min(best, UNPLACED + self._rest(self.left_out(days), before, until))
        return best

    def _rest(self, days: Days, performer_id: int | None, until: date) -> int:
        return self.behind(days).least(days, performer_id, until)

    def _ways(self, index: int, day: date) -> Iterator[tuple[int, int | None]]:
        """What the ways to place a session on a day cost beside its distance; of a visit for two it bears half."""
        for start in self._starts.on(((self._number, index),), day):
            yield start.cost, start.performer_id
        for pair in self._starts.shared((self._number, index)):
            for start in self._starts.on(pair, day):
                yield start.half, start.performer_id
