"""Where the windows of sessions that share a visit meet, and what lies behind a window."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.planning.answer import Due
from app.planning.windows import Window, still_ahead, where_they_meet

TODAY = date(2026, 12, 1)


def on(n: int) -> date:
    return TODAY + timedelta(days=n)


def due(earliest: int, recommended: int, latest: int | None) -> Due:
    return Due(2, False, on(earliest), on(recommended), None if latest is None else on(latest), (), ideal_gap_days=28)


@st.composite
def dues(draw: st.DrawFn) -> Due:
    first, best, last = sorted(draw(st.tuples(*[st.integers(-40, 40)] * 3)))
    return due(first, best, draw(st.sampled_from([last, None])))


def meet(*asked: Due) -> tuple[date, date, date | None]:
    found = where_they_meet(asked, TODAY)
    return found.earliest, found.recommended, found.latest


def test_two_sessions_meet_on_the_days_that_suit_both_and_best_on_the_later_best_day() -> None:
    assert meet(due(3, 7, 20), due(5, 10, None)) == (on(5), on(10), on(20))
    assert meet(due(3, 7, 8), due(5, 10, None)) == (on(5), on(8), on(8)), "never recommended after the last day"


def test_sessions_that_never_meet_and_an_overdue_one_are_done_as_soon_as_possible() -> None:
    assert meet(due(0, 1, 3), due(9, 10, 20)) == (on(9), on(9), None)
    assert meet(due(-30, -20, -10)) == (TODAY, TODAY, None)


@given(st.lists(dues(), min_size=1, max_size=3))
def test_where_windows_meet_lies_no_day_that_one_of_them_refuses(asked: list[Due]) -> None:
    window = where_they_meet(asked, TODAY)
    assert window.contains(window.recommended)
    assert window.earliest >= TODAY
    if window.latest is not None:
        for day in (window.earliest, window.recommended, window.latest):
            assert all(one.earliest and one.earliest <= day and (one.latest is None or day <= one.latest) for one in asked)


def test_behind_a_window_the_first_day_is_the_best_and_never_before_today() -> None:
    window = Window(on(3), on(7), on(20), 28, ())
    assert window.behind(TODAY) == Window(on(21), on(21), None, 28, ())
    assert window._replace(latest=None).behind(TODAY).earliest == on(8)
    assert window.behind(on(30)).recommended == on(30)


@given(dues())
def test_of_a_window_that_is_not_over_no_day_lies_in_the_past_and_one_that_is_stays_as_it_was(asked: Due) -> None:
    first, best, last = still_ahead(asked.earliest, asked.recommended, asked.latest, TODAY)
    assert last == asked.latest
    if asked.latest is not None and asked.latest < TODAY:
        assert (first, best) == (asked.earliest, asked.recommended)
    else:
        assert first == max(asked.earliest or TODAY, TODAY)
        assert best == max(asked.recommended or TODAY, TODAY)


@given(dues())
def test_what_is_left_of_a_window_is_the_same_whole_or_day_by_day(asked: Due) -> None:
    window = Window.of_due(asked)
    assert window is not None
    assert window.still_ahead(TODAY)[:3] == still_ahead(asked.earliest, asked.recommended, asked.latest, TODAY)


def test_a_session_without_dates_has_none() -> None:
    assert still_ahead(None, None, None, TODAY) == (None, None, None)
    assert Window.of_due(None) is None
    assert Window.of_due(Due(1, False, None, None, None, ())) is None
