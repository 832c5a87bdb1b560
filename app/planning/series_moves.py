"""Every way to place one visit more of a plan, and what the plan then costs at the least."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from app.planning.placement import UNPLACED, cost
from app.planning.series_alone import CHANGED, NEVER, Alone
from app.planning.series_plans import Fan, Plan, Run, Visit
from app.planning.series_tracks import Key, Rules, Starts, Track
from app.planning.windows import Window

VISIT: Final = cost(visits=1)


class Moves:
    """All that is worked out while one plan is placed."""

    def __init__(self, tracks: Sequence[Track], rules: Rules) -> None:
        self.tracks = tuple(tracks)
        self._starts = Starts(self.tracks, rules)
        self._alone: dict[tuple[int, date | None], Alone] = {}
        self._partners = [{track for track, _ in keys} for keys in self._starts.partners]

    def done(self, plan: Plan) -> bool:
        """Every session is placed or left out."""
        return all(len(run.days) == len(track.sessions) for run, track in zip(plan.runs, self.tracks, strict=True))

    def key(self, plan: Plan) -> object:
        """All on which the rest of the plan depends."""
        ahead = []
        for track, run in enumerate(plan.runs):
            alone = self._of(plan, track)
            ahead.append((alone.first, alone.remembered(run.days), run.performer_id, run.last))
        return plan.until, tuple(ahead)

    def limit(self, plan: Plan, enough: int, without: Sequence[int] = ()) -> int:
        """What the whole plan costs at the least; from `enough` on less than that may be said, but no less than `enough`.

        What the courses `without` still cost is not looked at.
        """
        least = plan.paid + VISIT * self._fewest_visits(plan)
        for track, run in enumerate(plan.runs):
            if track not in without and self._ready(plan, track):
                least += self._of(plan, track).least(run.days, run.performer_id, plan.until, max(enough - least, 0))
        return least

    def left_out(self, plan: Plan) -> list[Plan]:
        """Every next session left out; it costs a visit all the same, since it has to come sometime."""
        found = []
        for track in self._open(plan):
            run = plan.runs[track]
            days = self._of(plan, track).left_out(run.days)
            found.append(plan.further({track: Run(days, run.performer_id, run.last)}, UNPLACED + VISIT))
        return found

    def fans(self, plan: Plan) -> list[Fan]:
        """Every next session by itself, and every two that may be joined."""
        ready = self._open(plan)
        fans = (self._fan(plan, tracks) for n in (1, 2) for tracks in combinations(ready, n))
        return [fan for fan in fans if fan.days]

    def on_first_day(self, fan: Fan) -> list[Plan]:
        """The plans of the first of its days, one for each practitioner."""
        least, day = fan.days[fan.at]
        if not self.free(fan.plan, [track for track, _ in fan.keys], day):
            return []
        return [self._with(fan.plan, Visit(day, fan.keys, start), least) for start in self._starts.on(fan.keys, day)]

    def window(self, plan: Plan, key: Key) -> Window | None:
        """Of a session, when those of its course before it lie as planned."""
        days = plan.runs[key[0]].days[: key[1]]
        return self._from(plan, key[0]).behind(days).window(days)

    def _alone_from(self, track: int, first: date | None) -> Alone:
        alone = self._alone.get((track, first))
        if alone is None:
            free = self._alone_from(track, None) if first else None
            alone = self._alone[track, first] = Alone(self._starts, track, first, free)
        return alone

    def _fan(self, plan: Plan, tracks: tuple[int, ...]) -> Fan:
        keys = tuple((track, len(plan.runs[track].days)) for track in tracks)
        if self._starts.request(keys) is None:
            return Fan(plan, keys, 0, ())
        days = [self._of(plan, track).days(plan.runs[track].days, plan.until) for track in tracks]
        return Fan(plan, keys, self.limit(plan, NEVER, tracks), days[0] if len(days) == 1 else _met(*days))

    def _with(self, plan: Plan, visit: Visit, distance: int) -> Plan:
        runs, performer_id = {}, visit.start.performer_id
        for track, _ in visit.keys:
            runs[track] = Run((*plan.runs[track].days, visit.day), performer_id, visit.day)
        changed = sum(plan.runs[track].performer_id not in (None, performer_id) for track in runs)
        return plan.further(runs, distance + visit.start.cost + changed * CHANGED + VISIT, visit)

    def free(self, plan: Plan, tracks: Sequence[int], day: date) -> bool:
        """No other visit of the plan lies on that day, or too near to it for these courses."""
        apart = self._starts.apart
        for visit in plan.visits:
            off = (day - visit.day).days
            pairs = [(other, track) for other, _ in visit.keys for track in tracks]
            if off == 0 or any(off < apart[one][other] if off > 0 else -off < apart[other][one] for one, other in pairs):
                return False
        return True

    def _open(self, plan: Plan) -> list[int]:
        """The courses whose next session may be placed now."""
        return [n for n, track in enumerate(self.tracks) if len(plan.runs[n].days) < len(track.sessions) and self._ready(plan, n)]

    def _ready(self, plan: Plan, track: int) -> bool:
        """It does not wait any more for a session of another course."""
        after = self.tracks[track].after
        return after is None or len(plan.runs[after.key[0]].days) > after.key[1]

    def _first(self, plan: Plan, track: int) -> date | None:
        """The day before which the course may not begin, where it could begin sooner by itself."""
        after = self.tracks[track].after
        if after is None or not self._ready(plan, track):
            return None
        day, own = plan.runs[after.key[0]].days[after.key[1]], self._alone_from(track, None).window(())
        first = day and day + timedelta(days=after.days)
        return first if first and own and first > own.earliest else None

    def _from(self, plan: Plan, track: int) -> Alone:
        return self._alone_from(track, self._first(plan, track))

    def _of(self, plan: Plan, track: int) -> Alone:
        return self._from(plan, track).behind(plan.runs[track].days)

    def _fewest_visits(self, plan: Plan) -> int:
        left = [len(track.sessions) - len(run.days) for track, run in zip(self.tracks, plan.runs, strict=True)]
        partners = (sum(left[other] for other in others) for others in self._partners)
        return sum(left) - sum(map(min, left, partners)) // 2


def _met(one: Sequence[tuple[int, date]], other: Sequence[tuple[int, date]]) -> list[tuple[int, date]]:
    """The days of both, each with what it costs both, the best first."""
    costs = {day: least for least, day in other}
    return sorted((least + costs[day], day) for least, day in one if day in costs)
