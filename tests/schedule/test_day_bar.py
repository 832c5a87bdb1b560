"""The hours of a person or a room as a bar."""

from __future__ import annotations

from app.schedule.day.bar import Piece, bar, merged


def test_the_bar_begins_and_ends_at_a_full_hour() -> None:
    made = bar([(9 * 60 + 30, 12 * 60 + 30)], [], [])
    assert made.there == [Piece(12.5, 75.0)]
    assert made.hours == [(9, 0.0), (11, 50.0)]


def test_what_is_taken_after_hours_still_stands_on_it() -> None:
    made = bar([(9 * 60, 10 * 60)], [(9 * 60 + 45, 11 * 60)], [])
    assert made.taken == [Piece(37.5, 62.5)]


def test_overlapping_patients_are_one_piece() -> None:
    assert merged([(60, 90), (80, 120), (200, 210), (120, 130)]) == [(60, 130), (200, 210)]


def test_a_free_time_leads_to_its_page() -> None:
    made = bar([(540, 660)], [(540, 600)], [((600, 660), "/visits/new")])
    assert made.free == [Piece(50.0, 50.0, "/visits/new")]


def test_who_is_not_there_has_no_bar() -> None:
    assert bar([], [(540, 600)], []) is None
