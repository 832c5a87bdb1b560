"""The cost of a whole series is the least there is: every way through a small world is tried."""

from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning.best_on_day import best_on
from app.planning.placement import cost, distances
from app.planning.visit import Request, Wishes
from app.planning.visit_on_day import VisitOnDay
from app.planning.windows import Window
from tests.planning.clinic_days import ALI, BURCU, NINE, SIX_PM, TUESDAY, a_clinic, a_physician, a_request, place

GAPS = (3, 5, 8)


def window_after(_index: int, days: tuple[date | None, ...]) -> Window:
    """Three to eight days after the session before, best five; the first within five days."""
    if not days or days[-1] is None:
        return Window(TUESDAY, TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=5), 0, ())
    first, best, last = (days[-1] + timedelta(days=number) for number in GAPS)
    return Window(first, best, last, GAPS[1], ())


def every_way(sessions: int, request: Request, total: int = 0, days: tuple[date, ...] = (), before: int | None = None) -> Iterator[int]:
    """The cost of every way to place the sessions."""
    if len(days) == sessions:
        yield total
        return
    for day, distance in distances(request, window_after(len(days), days)):
        for candidate in best_on(request, day)[1]:
            who = candidate.team.performer_id
            one = cost(distance, candidate.fit, before is not None and who != before)
            yield from every_way(sessions, request, total + one, (*days, day), who)


def paid(request: Request, slots: list[tuple[date, int, int | None]]) -> int:
    """What the placed sessions cost: their days, starts and performers."""
    total, days = 0, tuple[date, ...]()
    before: int | None = None
    for day, start, who in slots:
        distance = dict(distances(request, window_after(len(days), days)))[day]
        fits = [one.fit for one in VisitOnDay.of(request, day).candidates(1 << start) if one.team.performer_id == who]
        total += min(cost(distance, fit, before is not None and who != before) for fit in fits)
        days, before = (*days, day), who
    return total


spans = st.sampled_from([(), ((NINE, SIX_PM),), ((NINE, NINE + 200),), ((NINE + 35, SIX_PM - 40),)])
weeks = st.lists(spans, min_size=22, max_size=22)
wishes = st.builds(
    Wishes,
    practitioner=st.sampled_from([None, BURCU, ALI]),
    weekdays=st.frozensets(st.integers(0, 6), max_size=3),
    hours=st.sampled_from([(), ((NINE + 120, NINE + 240),)]),
)


@given(weeks, weeks, wishes, st.integers(1, 3))
@settings(max_examples=60, deadline=None)
def test_no_way_through_a_series_costs_less_than_the_one_chosen(
    burcu: list[tuple[tuple[int, int], ...]], ali: list[tuple[tuple[int, int], ...]], wished: Wishes, sessions: int
) -> None:
    busy = [{TUESDAY + timedelta(days=n): taken for n, taken in enumerate(days)} for days in (burcu, ali)]
    clinic = a_clinic(a_physician(BURCU, busy=busy[0]), a_physician(ALI, busy=busy[1]))
    request = a_request(clinic, wishes=wished)
    placed = place([request] * sessions, window_after)
    slots = [one.slot for one in placed if one.slot]
    least = min(every_way(sessions, request), default=None)
    assert (len(slots) == sessions) is (least is not None)
    if least is not None:
        assert paid(request, [(slot.day, slot.start_minute, slot.performer_id) for slot in slots]) == least
