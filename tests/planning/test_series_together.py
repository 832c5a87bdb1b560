"""Several courses of one plan placed at once: every way through a small world is tried, and none costs less."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning.best_on_day import best_on
from app.planning.obstacles import Code, Obstacle
from app.planning.placement import UNPLACED, cost, distances
from app.planning.series import PlanPlacement, place_together
from app.planning.series_tracks import After, Rules, Track, WindowAfter
from app.planning.visit import Wishes
from app.planning.windows import Window
from tests.planning.clinic_days import ALI, BURCU, NINE, SIX_PM, TUESDAY, a_clinic, a_physician, a_procedure, a_request

VISIT = cost(visits=1)
NOTHING = Rules(lambda a, b: 0, lambda a, b: None)


def gaps(least: int, best: int, most: int, begins: int = 0) -> Callable[[date | None], WindowAfter]:
    """So many days after the session before; the first within three days of its begin."""

    def windows(first: date | None) -> WindowAfter:
        start = max(TUESDAY + timedelta(days=begins), first or TUESDAY)

        def window_after(index: int, days: tuple[date | None, ...]) -> Window | None:
            before = days[-1] if days else None
            if before is None:
                return Window(start, start + timedelta(days=1), start + timedelta(days=3), 0, ())
            low, ideal, high = (before + timedelta(days=number) for number in (least, best, most))
            return Window(low, ideal, high, best, ())

        return window_after

    return windows


Way = tuple[int, tuple[tuple[date | None, ...], ...]]


def every_way(tracks: list[Track], rules: Rules) -> Iterator[int]:
    """The cost of every plan there is: each session on each day of its window, alone, joined, or left out."""
    yield from _ways(tracks, rules, [((), None)] * len(tracks), [], 0)


def _ways(tracks, rules, runs, visits, paid):  # type: ignore[no-untyped-def]
    open_ones = [t for t, track in enumerate(tracks) if len(runs[t][0]) < len(track.sessions) and _ready(track, runs)]
    if all(len(run[0]) == len(track.sessions) for run, track in zip(runs, tracks, strict=True)):
        yield paid
        return
    until = max([visit[0] for visit in visits], default=date.min)
    for t in open_ones:
        window = _window(tracks[t], runs[t], runs)
        left = (*runs[t][0], window.recommended if window else None)
        yield from _ways(tracks, rules, [*runs[:t], (left, runs[t][1]), *runs[t + 1 :]], visits, paid + UNPLACED + VISIT)
    groups = [(t,) for t in open_ones] + [(t, u) for t in open_ones for u in open_ones if t < u]
    for group in groups:
        keys = tuple((t, len(runs[t][0])) for t in group)
        request = tracks[group[0]].sessions[keys[0][1]] if len(group) == 1 else rules.joined(*keys)
        if request is None:
            continue
        found = [dict(distances(tracks[t].sessions[len(runs[t][0])], _window(tracks[t], runs[t], runs))) for t in group]
        for day in found[0]:
            if day <= until or not all(day in one for one in found) or not _apart(rules, visits, group, day):
                continue
            for candidate in best_on(request, day)[1]:
                who = candidate.team.performer_id
                changed = sum(runs[t][1] not in (None, who) for t in group)
                one = sum(cost(dist[day]) for dist in found) + cost(fit=candidate.fit, changed=changed, visits=1)
                further = list(runs)
                for t in group:
                    further[t] = ((*runs[t][0], day), who)
                yield from _ways(tracks, rules, further, [*visits, (day, group)], paid + one)


def _ready(track: Track, runs) -> bool:  # type: ignore[no-untyped-def]
    return track.after is None or len(runs[track.after.key[0]][0]) > track.after.key[1]


def _window(track: Track, run, runs) -> Window | None:  # type: ignore[no-untyped-def]
    first = None
    if track.after is not None:
        day = runs[track.after.key[0]][0][track.after.key[1]]
        first = day + timedelta(days=track.after.days) if day else None
    return track.windows(first)(len(run[0]), run[0])


def _apart(rules: Rules, visits, group, day) -> bool:  # type: ignore[no-untyped-def]
    return all((day - other).days >= rules.apart(b, t) for other, done in visits for b in done for t in group if b != t)


spans = st.sampled_from([(), (), ((NINE, SIX_PM),), ((NINE + 35, SIX_PM - 40),), ((NINE, NINE + 200),)])
days_busy = st.lists(spans, min_size=16, max_size=16)
shape = st.tuples(st.integers(1, 3), st.integers(0, 2), st.integers(0, 3)).map(lambda t: (t[0], t[0] + t[1], t[0] + t[1] + t[2]))
wishes = st.builds(Wishes, practitioner=st.sampled_from([None, BURCU]), weekdays=st.sampled_from([frozenset[int](), frozenset({3, 5})]))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_plan_costs_less_than_the_one_chosen(data: st.DataObject) -> None:
    busy = [{TUESDAY + timedelta(days=n): taken for n, taken in enumerate(data.draw(days_busy))} for _ in range(2)]
    people = [a_physician(BURCU, busy=busy[0]), a_physician(ALI, busy=busy[1])][: data.draw(st.integers(1, 2))]
    clinic = a_clinic(*people)
    wished = data.draw(wishes)
    tracks = []
    for n in range(2):
        request = a_request(clinic, (a_procedure(30 + 10 * n),), wishes=wished)
        after = After((0, 0), data.draw(st.integers(0, 3))) if n and data.draw(st.booleans()) else None
        tracks.append(
            Track((request,) * data.draw(st.integers(1, 2)), gaps(*data.draw(shape), begins=data.draw(st.integers(0, 3))), after=after)
        )
    apart = {(0, 1): data.draw(st.integers(0, 4)), (1, 0): data.draw(st.integers(0, 4))}
    together = a_request(clinic, (a_procedure(70),), wishes=wished) if data.draw(st.booleans()) else None
    rules = Rules(lambda a, b: apart[a, b], lambda one, other: together)
    least = min(every_way(tracks, rules))
    found = place_together(tracks, rules, breadth=10_000)
    assert (found.cost, found.bound) == (least, least)
    quick = place_together(tracks, rules, breadth=8)
    assert quick.bound <= least <= quick.cost, "a narrow look is told apart by its bound"


def week(index: int, days: tuple[date | None, ...]) -> Window:
    """Any day of the first week."""
    return Window(TUESDAY, TUESDAY, TUESDAY + timedelta(days=6), 0, ())


def days_of(found: PlanPlacement) -> list[list[int | None]]:
    return [[(one.slot.day - TUESDAY).days if one.slot else None for one in track] for track in found.tracks]


def test_courses_that_ask_nothing_of_each_other_never_share_a_day() -> None:
    one = Track((a_request(),), lambda first: week)
    assert sorted(days_of(place_together([one, one, one], NOTHING)), key=str) == [[0], [1], [2]]


def test_a_pair_meant_for_one_day_becomes_one_visit_of_both() -> None:
    one = Track((a_request(), a_request()), gaps(7, 7, 9))
    both = a_request(phases=(a_procedure(75),))
    found = place_together([one, one], replace(NOTHING, joined=lambda a, b: both))
    assert found.joined == {((0, 0), (1, 0)), ((0, 1), (1, 1))}
    assert found.tracks[0] == found.tracks[1]
    assert {one.slot.end_minute - one.slot.start_minute for one in found.tracks[0] if one.slot} == {75}


def test_sessions_are_not_joined_at_the_price_of_a_day_outside_the_ideal_band() -> None:
    def around(best: int) -> Track:
        window = Window(TUESDAY, TUESDAY + timedelta(days=best), TUESDAY + timedelta(days=9), 0, ())
        return Track((a_request(),), lambda first: lambda index, days: window)

    pair = replace(NOTHING, joined=lambda a, b: a_request(phases=(a_procedure(75),)))
    assert not place_together([around(0), around(6)], pair).joined
    assert place_together([around(0), around(4)], pair).joined


def test_distances_hold_in_their_own_direction() -> None:
    one, other = Track((a_request(),), lambda first: week), Track((a_request(),), lambda first: week)
    rules = replace(NOTHING, apart=lambda a, b: 6 if (a, b) == (0, 1) else 2)
    assert days_of(place_together([one, other], rules)) == [[2], [0]]


def test_a_course_begins_so_many_days_after_a_session_of_another() -> None:
    first = Track((a_request(), a_request()), gaps(4, 5, 6))
    second = Track((a_request(),), gaps(1, 1, 1), after=After((0, 1), 3))
    (_, behind), (begun,) = days_of(place_together([first, second], NOTHING))
    assert behind is not None
    assert begun is not None
    assert begun - behind >= 3


def test_who_gives_way_to_the_others_says_so_and_who_has_no_day_says_why() -> None:
    clinic = a_clinic(a_physician(busy={TUESDAY + timedelta(days=n): ((NINE, SIX_PM),) for n in range(3, 40)}))
    one = Track((a_request(clinic),), lambda first: week)
    found = place_together([one] * 4, NOTHING)
    (without,) = [track[0] for track in found.tracks if track[0].slot is None]
    assert {reason.code for reason in without.reasons} == {Code.PATIENT_BUSY, Code.STAFF_BUSY}
    shut = place_together([Track((a_request(),), lambda first: lambda index, days: None), one], NOTHING)
    assert shut.tracks[0][0].reasons == (Obstacle(Code.NO_WINDOW),)


def test_a_session_that_would_take_the_place_of_two_others_gives_way() -> None:
    def only(*days: int) -> Track:
        clinic = a_clinic(a_physician(busy={TUESDAY + timedelta(days=n): ((NINE, SIX_PM),) for n in range(40) if n not in days}))
        return Track((a_request(clinic),), lambda first: week)

    rules = replace(NOTHING, apart=lambda a, b: 2 if 0 in (a, b) else 0)
    assert days_of(place_together([only(1), only(0), only(2)], rules)) == [[None], [0], [2]]


def test_a_day_that_somebody_decided_may_lie_before_what_was_placed() -> None:
    def window_after(index: int, days: tuple[date | None, ...]) -> Window:
        day = TUESDAY + timedelta(days=5 - 3 * index)
        return Window(day, day, day, 0, ())

    backwards = Track((a_request(), a_request()), lambda first: window_after, in_any_order=frozenset({1}))
    assert days_of(place_together([backwards, Track((a_request(),), gaps(1, 1, 1))], NOTHING)) == [[5, 2], [1]]


def test_asked_twice_the_plan_is_the_same() -> None:
    one = Track((a_request(),) * 3, gaps(4, 5, 8))
    rules = replace(NOTHING, apart=lambda a, b: 2)
    assert place_together([one, one], rules) == place_together([one, one], rules)
    assert place_together([], NOTHING).tracks == ()


def test_a_course_with_nothing_left_is_not_asked_for_dates() -> None:
    def never(index: int, days: tuple[date | None, ...]) -> Window | None:
        raise IndexError(index)

    empty = Track((), lambda first: never, after=After((1, 0), 3))
    assert days_of(place_together([empty, Track((a_request(),), gaps(1, 1, 1))], NOTHING)) == [[], [1]]


def test_only_the_sessions_that_may_be_joined_are() -> None:
    one = Track((a_request(), a_request()), gaps(7, 7, 9))
    both = a_request(phases=(a_procedure(75),))
    found = place_together([one, one], replace(NOTHING, joined=lambda a, b: both if (a[1], b[1]) == (1, 1) else None))
    assert found.joined == {((0, 1), (1, 1))}


def test_a_look_that_is_too_narrow_to_be_sure_says_how_good_a_plan_could_be() -> None:
    one = Track((a_request(),) * 2, gaps(4, 5, 8))
    rules = replace(NOTHING, apart=lambda a, b: 3)
    sure, narrow = place_together([one] * 3, rules, breadth=10_000), place_together([one] * 3, rules, breadth=1)
    assert sure.proven
    assert not narrow.proven
    assert narrow.bound <= sure.cost <= narrow.cost
