"""When a place is open: weeks with a validity, closures, and times as people type them."""

from __future__ import annotations

from datetime import date, time

import pytest

from app.hours import Calendar, Closing, Opening, UnreadableTimes, fits, read_spans, written

MONDAY, SUNDAY = date(2026, 12, 7), date(2026, 12, 6)
NINE, NOON, ONE, SIX = time(9), time(12), time(13), time(18)
USUAL = Opening(0, NINE, SIX)


def test_a_day_is_open_in_the_hours_of_its_weekday() -> None:
    assert Calendar((USUAL,)).open_on(MONDAY) == [(NINE, SIX)]
    assert Calendar((USUAL,)).open_on(SUNDAY) == []


def test_a_day_may_have_a_break() -> None:
    calendar = Calendar((Opening(0, ONE, SIX), Opening(0, NINE, NOON)))
    assert calendar.open_on(MONDAY) == [(NINE, NOON), (ONE, SIX)]


def test_hours_that_touch_or_overlap_are_one() -> None:
    calendar = Calendar((Opening(0, NINE, ONE), Opening(0, NOON, SIX)))
    assert calendar.open_on(MONDAY) == [(NINE, SIX)]


def test_hours_that_began_last_replace_the_usual_ones_and_end_by_themselves() -> None:
    summer = Opening(0, NINE, NOON, date(2026, 7, 1), date(2026, 8, 31))
    calendar = Calendar((USUAL, summer))
    assert calendar.open_on(date(2026, 7, 6)) == [(NINE, NOON)]
    assert calendar.open_on(date(2026, 9, 7)) == [(NINE, SIX)]


def test_a_weekday_the_hours_in_force_do_not_name_is_closed() -> None:
    winter = Opening(1, NINE, SIX, date(2026, 12, 1))
    assert Calendar((USUAL, winter)).open_on(MONDAY) == []


def test_of_hours_that_began_together_those_that_end_first_hold() -> None:
    year = Opening(0, NINE, SIX, date(2026, 12, 1))
    week = Opening(0, NINE, NOON, date(2026, 12, 1), date(2026, 12, 8))
    assert Calendar((year, week)).open_on(MONDAY) == [(NINE, NOON)]


def test_a_closed_day_is_not_open() -> None:
    assert Calendar((USUAL,), (Closing(MONDAY),)).open_on(MONDAY) == []


def test_a_half_day_ends_when_the_closure_begins() -> None:
    assert Calendar((USUAL,), (Closing(MONDAY, ONE),)).open_on(MONDAY) == [(NINE, ONE)]
    assert Calendar((Opening(0, ONE, SIX),), (Closing(MONDAY, ONE),)).open_on(MONDAY) == []


def test_of_several_closures_on_a_day_the_earliest_counts() -> None:
    assert Calendar((USUAL,), (Closing(MONDAY, ONE), Closing(MONDAY, NOON))).open_on(MONDAY) == [(NINE, NOON)]
    assert Calendar((USUAL,), (Closing(MONDAY, ONE), Closing(MONDAY))).open_on(MONDAY) == []


def test_a_week_can_be_replaced_and_taken_away() -> None:
    calendar = Calendar((USUAL,)).with_week({0: [(NINE, NOON)]}, (None, None))
    assert calendar.open_on(MONDAY) == [(NINE, NOON)]
    assert calendar.without_week((None, None)).open_on(MONDAY) == []


def test_a_visit_must_lie_inside_one_open_time() -> None:
    spans = [(NINE, NOON), (ONE, SIX)]
    assert fits(spans, NINE, NOON)
    assert not fits(spans, time(11), ONE)
    assert not fits(spans, SIX, NINE)


@pytest.mark.parametrize("typed", ["9-12, 13-18", "09:00–12:00; 13:00–18:00", "13.00 - 18.00, 9-12", "9-12 ve 13-18"])
def test_open_times_are_read_as_people_type_them(typed: str) -> None:
    assert read_spans(typed) == [(NINE, NOON), (ONE, SIX)]


@pytest.mark.parametrize("typed", ["", " ", "-", "closed", "kapalı"])
def test_nothing_or_the_word_for_it_means_closed(typed: str) -> None:
    assert read_spans(typed) == []


@pytest.mark.parametrize("typed", ["9", "18-9", "9-25", "9:70-10", "9-12, 11-18", "morning", "9-9"])
def test_times_that_cannot_be_are_refused(typed: str) -> None:
    with pytest.raises(UnreadableTimes):
        read_spans(typed)


def test_open_times_are_written_so_that_they_can_be_read_again() -> None:
    assert written([(NINE, NOON), (ONE, SIX)]) == "09:00–12:00, 13:00–18:00"
    assert read_spans(written([(NINE, NOON), (ONE, SIX)])) == [(NINE, NOON), (ONE, SIX)]


def test_midnight_is_the_last_minute_of_the_day() -> None:
    assert read_spans("20-24") == [(time(20), time(23, 59))]
