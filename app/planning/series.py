"""Places the sessions of one course one after another, each inside the window that follows from those before it.

An early session is never put where it makes a later one impossible if there is another way: the search goes forward
over days and keeps the cheapest way to every last day (dynamic programming). What each session would choose for itself
is the first limit; the searches drop only what already costs more, first over the most promising ways, then over many.
When all sessions find a place the answer is the best there is, while no session has more ways than `WIDE`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.planning.obstacles import Code, Obstacle
from app.planning.placement import why_nowhere
from app.planning.series_search import Search, Way, WindowAfter
from app.planning.visit import Request, Slot
from app.planning.windows import Window

NARROW: Final = 24  # ways kept in the first search
WIDE: Final = 400  # and in the others: of two practitioners, half a year of last days


@dataclass(frozen=True, slots=True)
class Placement:
    """What became of one session: its slot, or every reason why it has none. `window` None: it has no dates at all."""

    window: Window | None
    slot: Slot | None
    reasons: tuple[Obstacle, ...] = ()


def place_series(sessions: Sequence[Request], window_after: WindowAfter, looks_back: int = 1) -> tuple[Placement, ...]:
    """Place each session in turn as near to its ideal day as its wishes, people, rooms and devices allow.

    `window_after(index, days)` gives the window of a session (from 0) when the sessions before it lie on `days`, one
    day for each; None while a session has no dates, as under an open hold. A session that finds no place counts as done
    on its recommended day, so that the ones after it still show what they could have; `days` holds None for one that
    has no dates.

    `looks_back` says on how many of the last days a window depends; 0: on all. Where it depends on more, a costlier way
    to the same last days may be overlooked. The answer is the same every time.
    """
    search = Search(sessions, window_after, looks_back)
    way = search.one_by_one()
    if None in way.chosen:
        way = search.best(NARROW, by_performer=True)
    if None in way.chosen:
        way = search.best(WIDE, by_performer=False)
    for breadth in (NARROW, WIDE) if None not in way.chosen else ():
        way = min(way, search.best(breadth, by_performer=True, at_most=way.cost), key=lambda found: found.order)
    return tuple(_placement(sessions[index], way, index) for index in range(len(sessions)))


def _placement(session: Request, way: Way, index: int) -> Placement:
    choice, window = way.chosen[index], way.windows[index]
    if choice is not None:
        return Placement(window, choice[0].slot(choice[1]))
    if window is None:
        return Placement(None, None, (Obstacle(Code.NO_WINDOW),))
    return Placement(window, None, why_nowhere(session, window, way.claims))
