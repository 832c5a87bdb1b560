"""The best free times of one visit inside its window of days.

What counts, in this order: days outside the ideal band, visits, another practitioner than wished for, another weekday, another
hour, days off the recommended one, gaps that nobody can use. Inside the ideal band the wishes decide, outside it the
distance: the band says how far a day may be off without harm.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from heapq import heappop, heappush
from itertools import chain, count
from typing import Final, NamedTuple, TypeAlias

from app.planning.bands import as_good
from app.planning.obstacles import Code, Obstacle, gathered
from app.planning.slots import why_none
from app.planning.visit import Claim, Request, Slot
from app.planning.visit_on_day import Candidate, Fit, VisitOnDay
from app.planning.windows import Window

FURTHEST: Final = 60  # days beyond the recommended one that are looked at where a window has no end
APART: Final = 120  # minutes between two offers of one day: five starts five minutes apart are one offer
_DIGIT: Final = 10_000  # more than any single count of a whole series


class Distance(NamedTuple):
    """How a day lies in a window: days off if not in the ideal band, else 0; weekday not wished for; days off."""

    outside_ideal: int
    other_weekday: int
    days_off: int


IDEAL: Final = Distance(0, 0, 0)
SUITS: Final = Fit(0, 0, 0, 0)


Order: TypeAlias = tuple[int, date, tuple[int, ...]]


class Offer(NamedTuple):
    """A possible start on a day and what it costs; the lower the better."""

    cost: int
    day: date
    visit: VisitOnDay
    candidate: Candidate


def nearest(request: Request, window: Window, n: int) -> list[Slot]:
    """At most `n` free times inside the window, the best first; on one day hours apart while the window has others."""
    chosen: list[Offer] = []
    spare: list[Offer] = []
    for offer in _by_cost(request, distances(request, window)):
        near = any(offer.day == other.day and abs(offer.candidate.start - other.candidate.start) < APART for other in chosen)
        (spare if near else chosen).append(offer)
        if len(chosen) >= n:
            break
    best = [*chosen, *_each_start_once(spare, chosen)][:n]
    return [offer.visit.slot(offer.candidate) for offer in sorted(best, key=_order)]


def why_nowhere(request: Request, window: Window, taken_on: Callable[[date], tuple[Claim, ...]] = lambda _: ()) -> tuple[Obstacle, ...]:
    """Every reason why no day of a window has a free time, each with its days; empty if one has.

    `taken_on` gives further claims of a day.
    """
    days = sorted(day for day, _ in distances(request, window))
    reasons = [why_none(request, day, taken_on(day)) for day in days]
    if days:
        return gathered(chain.from_iterable(reasons)) if all(reasons) else ()
    return tuple(_why_no_days(request, window))


def distances(request: Request, window: Window) -> list[tuple[date, Distance]]:
    """The days on which the visit may lie, the nearest to the recommended one first."""
    return [(window.recommended + way.off, way.distance) for way in _ways_off(request, window)]


def costs(request: Request, window: Window) -> list[tuple[int, date]]:
    """The same days, each with what it costs by itself."""
    return [(way.cost, window.recommended + way.off) for way in _ways_off(request, window)]


def days_in(request: Request, window: Window, beyond: date) -> Iterator[date]:
    """The days of a window on which the visit may lie, in order: none that is past or too far ahead, none outside the stay in town.

    A window without an end is looked at up to `FURTHEST` days after `beyond`.
    """
    first, last = _ends(request, window, beyond)
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def cost(distance: Distance = IDEAL, fit: Fit = SUITS, changed: int = 0, visits: int = 0) -> int:
    """One number for the costs in their order, so that sums over a series compare as a whole.

    `changed`: how often not the practitioner of the session before. `visits`: what a whole plan saves by joining sessions; the
    same for every place of one session, which leaves it out.
    """
    total = (distance.outside_ideal * _DIGIT + visits) * _DIGIT + fit.other_practitioner + changed
    total = ((total * _DIGIT + distance.other_weekday) * _DIGIT + fit.other_hour) * _DIGIT + distance.days_off
    return (total * _DIGIT + fit.lost_minutes) * _DIGIT + fit.loose


UNPLACED: Final = _DIGIT**8  # what a session without a place costs: more than any place


class _Way(NamedTuple):
    """How far off its recommended day a visit may lie, and what that costs."""

    distance: Distance
    off: timedelta
    cost: int


def _ends(request: Request, window: Window, beyond: date) -> tuple[date, date]:
    wishes = request.wishes
    soonest = request.not_before[0] if request.not_before else window.earliest
    first = max(window.earliest, soonest, wishes.stay_from or window.earliest)
    last = window.latest or beyond + timedelta(days=FURTHEST)
    return first, min(last, wishes.stay_to or last, request.not_after or last)


def _ways_off(request: Request, window: Window) -> tuple[_Way, ...]:
    first, last = _ends(request, window, max(window.earliest, window.recommended))
    around, weekdays = window.recommended, request.wishes.weekdays
    wished = frozenset((day - around.weekday()) % 7 for day in weekdays)
    return _nearest_first((first - around).days, (last - around).days, as_good(window.ideal_gap_days), wished)


@lru_cache(maxsize=128)
def _nearest_first(first: int, last: int, good: int, wished: frozenset[int]) -> tuple[_Way, ...]:
    """From `first` to `last` days off, of which `good` on either side are ideal; `wished` are the weekdays, 0 that of no day off.

    A series asks this for many windows that differ in nothing but their date.
    """
    ways = []
    for number in range(first, last + 1):
        off = abs(number)
        distance = Distance(0 if off <= good else off, bool(wished) and number % 7 not in wished, off)
        ways.append(_Way(distance, timedelta(days=number), cost(distance)))
    return tuple(sorted(ways))


def _why_no_days(request: Request, window: Window) -> Iterator[Obstacle]:
    wishes, last = request.wishes, window.latest or date.max
    if last < window.earliest:
        yield Obstacle(Code.EMPTY_WINDOW, first=window.earliest, last=window.latest)
    if (wishes.stay_to and wishes.stay_to < window.earliest) or (wishes.stay_from and wishes.stay_from > last):
        yield Obstacle(Code.OUTSIDE_STAY, first=wishes.stay_from, last=wishes.stay_to)
    if request.too_far(window.earliest):
        yield Obstacle(Code.TOO_FAR, last=request.not_after)
    if request.not_before and request.not_before[0] > min(last, wishes.stay_to or last):
        yield Obstacle(Code.PAST, first=window.earliest, last=window.latest)


def _by_cost(request: Request, days: Iterable[tuple[date, Distance]]) -> Iterator[Offer]:
    """Every possible start, the best first. The nearest days come first: one is looked at only once nothing before it costs less."""
    waiting: list[tuple[Order, int, Offer]] = []
    seen = count()  # of two that are alike in everything the first seen comes first
    for day, distance in days:
        while waiting and waiting[0][2].cost < cost(distance):
            yield heappop(waiting)[2]
        visit = VisitOnDay.of(request, day)
        for candidate in visit.candidates():
            offer = Offer(cost(distance, candidate.fit), day, visit, candidate)
            heappush(waiting, (_order(offer), next(seen), offer))
    while waiting:
        yield heappop(waiting)[2]


def _order(offer: Offer) -> Order:
    return offer.cost, offer.day, offer.candidate.rank


def _each_start_once(offers: Iterable[Offer], chosen: Iterable[Offer]) -> Iterator[Offer]:
    seen = {(offer.day, offer.candidate.start) for offer in chosen}
    for offer in offers:
        if (offer.day, offer.candidate.start) not in seen:
            seen.add((offer.day, offer.candidate.start))
            yield offer
