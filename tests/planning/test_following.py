"""What becomes of the visits after one that is moved: the days between them, their windows, their hours."""

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning.following import Follower, respaced, shifted
from app.planning.obstacles import Code
from app.planning.windows import Window
from tests.planning.clinic_days import ALI, BURCU, NINE, SIX_PM, TUESDAY, a_clinic, a_physician, a_request, clock


def on(number: int) -> date:
    return TUESDAY + timedelta(days=number)


def a_follower(number: int, start: str = "10:00", busy: tuple[int, ...] = ()) -> Follower:
    """A visit on a day of a clinic of one physician, who has no time on the busy days."""
    taken = {on(day): ((NINE, SIX_PM),) for day in busy}
    return Follower(a_request(a_clinic(a_physician(busy=taken))), on(number), clock(start), BURCU)


def after(days_before: int) -> Callable[[int, tuple[date | None, ...]], Window | None]:
    """Windows of 14, 21 and 28 days from the session before; before the first lies the moved one, on its day."""

    def window_after(_index: int, days: tuple[date | None, ...]) -> Window | None:
        before = days[-1] if days else on(days_before)
        assert before is not None
        first, best, last = (before + timedelta(days=number) for number in (14, 21, 28))
        return Window(first, best, last, 21, ())

    return window_after


@given(st.lists(st.integers(1, 50), min_size=1, max_size=4, unique=True), st.integers(0, 60))
@settings(max_examples=30, deadline=None)
def test_shifting_keeps_every_difference_and_hour(days: list[int], by: int) -> None:
    placed = shifted([a_follower(day) for day in days], by)
    assert [(one.slot.day, one.slot.start_minute) for one in placed if one.slot] == [(on(day + by), clock("10:00")) for day in days]


@given(st.integers(0, 10), st.sets(st.integers(10, 60), max_size=15))
@settings(max_examples=30, deadline=None)
def test_respacing_keeps_the_windows_and_says_the_same_twice(moved_to: int, busy: set[int]) -> None:
    followers = [a_follower(20, busy=tuple(busy)), a_follower(41, busy=tuple(busy))]
    placed = respaced(followers, after(moved_to), one_chain=True)
    before = on(moved_to)
    for one in placed:
        if one.slot is not None:
            assert 14 <= (one.slot.day - before).days <= 28
            assert one.slot.day not in {on(day) for day in busy}
        before = one.slot.day if one.slot else before + timedelta(days=21)
    assert placed == respaced(followers, after(moved_to), one_chain=True)


@given(st.integers(0, 10))
@settings(max_examples=10, deadline=None)
def test_respacing_in_a_free_clinic_is_ideal(moved_to: int) -> None:
    placed = respaced([a_follower(20), a_follower(41)], after(moved_to), one_chain=True)
    assert [one.slot.day for one in placed if one.slot] == [on(moved_to + 21), on(moved_to + 42)]


def test_a_shifted_visit_whose_hour_is_taken_goes_to_the_nearest_free_one() -> None:
    request = a_request(a_clinic(a_physician(busy={on(9): ((clock("09:50"), clock("11:00")),)})))
    (placed,) = shifted([Follower(request, on(7), clock("10:00"), BURCU)], 2)
    assert placed.slot is not None
    assert placed.slot.start_minute == clock("09:20")


def test_a_shifted_visit_whose_practitioner_is_taken_keeps_its_hour_with_another() -> None:
    request = a_request(a_clinic(a_physician(busy={on(9): ((NINE, SIX_PM),)}), a_physician(ALI)))
    (placed,) = shifted([Follower(request, on(7), clock("10:00"), BURCU)], 2)
    assert placed.slot is not None
    assert (placed.slot.start_minute, placed.slot.performer_id) == (clock("10:00"), ALI)


def test_a_shifted_visit_stays_with_its_practitioner_whoever_else_is_free() -> None:
    for staying in (BURCU, ALI):
        request = a_request(a_clinic(a_physician(), a_physician(ALI)))
        (placed,) = shifted([Follower(request, on(7), clock("10:00"), staying)], 2)
        assert placed.slot is not None
        assert (placed.slot.start_minute, placed.slot.performer_id) == (clock("10:00"), staying)


def test_respacing_looks_as_far_back_as_it_is_told_to() -> None:
    asked: list[int] = []

    def window_after(index: int, days: tuple[date | None, ...]) -> Window | None:
        first = days[0] if days else None
        asked.append(len(days))
        last_first = on(14) if first is None else first + timedelta(days=14 * index)
        return Window(last_first, last_first, last_first + timedelta(days=7), 14, ())

    busy = a_request(a_clinic(a_physician(busy={on(42): ((NINE, SIX_PM),)})))
    followers = [Follower(busy, on(day), clock("10:00"), BURCU) for day in (14, 28, 42)]
    placed = respaced(followers, window_after, one_chain=False)
    assert [one.slot.day for one in placed if one.slot] == [on(14), on(28), on(43)]


def test_a_shifted_day_without_any_time_comes_back_with_its_reasons() -> None:
    (placed,) = shifted([a_follower(7, busy=(9,))], 2)
    assert placed.slot is None
    assert {reason.code for reason in placed.reasons} == {Code.STAFF_BUSY}
