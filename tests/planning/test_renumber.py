"""Booked sessions take an earlier number where those before them cannot be done before them any more."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.planning.question import Booked, Question
from app.planning.renumber import Renumbered, comes_too_early, renumbered
from tests.planning.asking import MONTHLY, day, question

TODAY = date(2026, 6, 1)
FIRST: dict[str, Any] = {"gaps": []}
SIX = (FIRST, *[MONTHLY] * 5)


def booked(*visits: tuple[int, str], **more: object) -> Question:
    asked = question(*SIX, done=["2026-04-01"], **more)
    return replace(asked, booked=tuple(Booked(step, day(text)) for step, text in visits))


def test_the_fourth_session_becomes_the_second_where_neither_fits_before_it() -> None:
    assert renumbered(booked((4, "2026-06-10")), (), ()) == (Renumbered(4, 2),)


def test_what_still_fits_before_it_is_left_to_be_booked() -> None:
    assert renumbered(booked((4, "2026-06-25")), (), ()) == (Renumbered(4, 3),)


def test_nothing_changes_where_both_still_fit() -> None:
    assert renumbered(booked((4, "2026-07-13")), (), ()) == ()
    assert renumbered(booked((4, "2026-07-12")), (), ()) == (Renumbered(4, 3),)


def test_the_visits_behind_it_follow() -> None:
    assert renumbered(booked((4, "2026-06-10"), (5, "2026-07-08")), (), ()) == (Renumbered(4, 2), Renumbered(5, 3))


def test_a_visit_too_near_the_one_before_it_is_not_helped_by_a_number() -> None:
    assert renumbered(booked((3, "2026-06-22"), (4, "2026-06-25")), (), ()) == ()


def test_no_number_passes_over_a_review_or_a_session_of_its_own() -> None:
    asked = booked((4, "2026-06-10"))
    assert renumbered(asked, (), {3}) == ()
    assert renumbered(asked, (), {2}) == (Renumbered(4, 3),)
    assert renumbered(asked, {3}, ()) == ()
    assert renumbered(asked, {4}, ()) == ()


def test_the_first_session_is_not_taken_by_a_later_one() -> None:
    asked = replace(question(*SIX), booked=(Booked(2, day("2026-06-03")),))
    assert renumbered(asked, (), ()) == ()


def test_a_visit_that_has_passed_keeps_its_number() -> None:
    assert renumbered(booked((4, "2026-05-20")), (), ()) == ()


def test_nothing_changes_while_another_pause_leaves_no_dates() -> None:
    assert renumbered(booked((4, "2026-06-10"), holds=[{"from": "2026-05-01"}]), (), ()) == ()


@st.composite
def courses(draw: st.DrawFn) -> Question:
    """One session done; some of the others booked, in the order of their days."""
    steps = sorted(draw(st.sets(st.integers(2, 6), min_size=1)))
    gaps = draw(st.lists(st.integers(-30, 90), min_size=len(steps), max_size=len(steps), unique=True).map(sorted))
    visits = tuple(Booked(step, TODAY + timedelta(days=gap)) for step, gap in zip(steps, gaps, strict=True))
    return replace(booked(), booked=visits)


def after(asked: Question) -> Question:
    """The question once the changes are made, one after another."""
    for change in renumbered(asked, (), ()):
        visits = tuple(replace(one, step=change.new) if one.step == change.old else one for one in asked.booked)
        asked = replace(asked, booked=visits)
    return asked


@given(courses())
def test_no_visit_changes_its_day_and_numbers_run_in_the_order_of_days(asked: Question) -> None:
    left = after(asked).booked
    assert [one.day for one in left] == [one.day for one in asked.booked]
    assert [one.step for one in left] == sorted({one.step for one in left})


@given(courses())
def test_afterwards_no_coming_visit_stands_too_early_behind_an_open_number(asked: Question) -> None:
    left = after(asked)
    taken = {one.step for one in left.booked}
    for one in left.booked:
        if one.day >= TODAY and one.step - 1 > 1 and one.step - 1 not in taken:
            assert not comes_too_early(left, one)


@given(courses())
def test_no_number_falls_further_than_it_must(asked: Question) -> None:
    left = after(asked)
    taken = {one.step for one in left.booked}
    for was, one in zip(asked.booked, left.booked, strict=True):
        higher = replace(one, step=one.step + 1)
        if one.step < was.step and higher.step not in taken:
            moved = tuple(higher if other == one else other for other in left.booked)
            assert comes_too_early(replace(left, booked=moved), higher)


@given(courses())
def test_asked_again_it_changes_nothing_more(asked: Question) -> None:
    assert renumbered(after(asked), (), ()) == ()
