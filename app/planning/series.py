"""Places all sessions of one course, or of all courses of a plan at once.

In this order: as many sessions as can be, as near to their ideal days as can be, in as few visits, then as every visit's
wishes say. Sessions that may be joined become one visit where that costs no nearness.

One search does both. `series_alone` works out what the rest of each course costs at the least by itself (dynamic programming
over days, exact); `series_joint` puts the courses together with that as its limit. Of one course the limit is the truth, so the
search goes straight to the best series there is. Of several courses the first complete plan is the best there is, unless one was
dropped that promised more: then `bound` says what no plan costs less than.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.planning.obstacles import Code, Obstacle
from app.planning.placement import days_in, why_nowhere
from app.planning.resources import DAY_MINUTES, Days
from app.planning.series_joint import Joint
from app.planning.series_moves import Moves
from app.planning.series_plans import Plan, Run
from app.planning.series_tracks import BY_ITSELF, Key, Rules, Track
from app.planning.visit import Slot
from app.planning.windows import Window

BREADTH: Final = 100  # plans of one length that are looked at further


@dataclass(frozen=True, slots=True)
class Placement:
    """What became of one session: its slot, or every reason why it has none. `window` None: it has no dates at all."""

    window: Window | None
    slot: Slot | None
    reasons: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanPlacement:
    """A placement for each session of each course. No plan costs less than `bound`."""

    tracks: tuple[tuple[Placement, ...], ...]
    joined: frozenset[tuple[Key, Key]]
    cost: int
    bound: int

    @property
    def proven(self) -> bool:
        """This is the best plan there is."""
        return self.cost == self.bound


def place_series(track: Track) -> tuple[Placement, ...]:
    """The best places of one course there are, by `place_together`."""
    return place_together([track], BY_ITSELF).tracks[0]


def place_together(tracks: Sequence[Track], rules: Rules, breadth: int = BREADTH) -> PlanPlacement:
    """The best plan there is; where `breadth` is too narrow to be sure, a good one and how good any could be.

    A session that finds no place, or whose place would take more from others, counts as done on its recommended day, so that the
    ones after it still show what they could have. The answer is the same every time.
    """
    moves = Moves(tracks, rules)
    plan, bound = Joint(moves).best(Plan(tuple(Run() for _ in tracks)), breadth)
    found = tuple(tuple(_placement(moves, plan, (track, n)) for n in range(len(one.sessions))) for track, one in enumerate(tracks))
    joined = frozenset((visit.keys[0], visit.keys[1]) for visit in plan.visits if len(visit.keys) > 1)
    return PlanPlacement(found, joined, plan.paid, bound)


def _placement(moves: Moves, plan: Plan, key: Key) -> Placement:
    track, index = key
    window = moves.window(plan, key)
    visit = next((visit for visit in plan.visits if key in visit.keys), None)
    if visit is not None:
        return Placement(window, visit.start.visit.slot(visit.start.candidate))
    if window is None:
        return Placement(None, None, (Obstacle(Code.NO_WINDOW),))
    session = moves.tracks[track].sessions[index]
    beside = replace(session, patient_busy=_busy_beside(moves, plan, key, window))
    return Placement(window, None, why_nowhere(beside, window) or (Obstacle(Code.GIVES_WAY),))


def _busy_beside(moves: Moves, plan: Plan, key: Key, window: Window) -> Days:
    """When the patient cannot come for a course: other visits, and whole days that a visit of the plan leaves it not."""
    session = moves.tracks[key[0]].sessions[key[1]]
    days = days_in(session, window, max(window.earliest, window.recommended))
    return {day: session.patient_busy.get(day, ()) if moves.free(plan, key[:1], day) else ((0, DAY_MINUTES),) for day in days}
