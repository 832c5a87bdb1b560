from datetime import date, timedelta

import pytest

from app.planning.bands import band
from tests.planning.asking import ask, day

AIM = date(2026, 6, 29)
WINDOW = (date(2026, 6, 22), date(2026, 7, 13))


@pytest.mark.parametrize(
    ("off", "expected"),
    [
        (-8, "too_early"),
        (-7, "early"),
        (-3, "early"),
        (-2, "ideal"),
        (0, "ideal"),
        (2, "ideal"),
        (3, "late"),
        (14, "late"),
        (15, "overdue"),
    ],
)
def test_ideal_is_two_days_around_the_recommended_one(off, expected):
    assert band(AIM + timedelta(days=off), AIM, WINDOW, ideal_gap_days=28) == expected


@pytest.mark.parametrize(("gap", "reach"), [(0, 2), (28, 2), (42, 2), (43, 3), (57, 3), (58, 4), (180, 12)])
def test_ideal_is_seven_percent_of_a_long_gap_rounded_down(gap, reach):
    wide = (AIM - timedelta(days=90), AIM + timedelta(days=90))
    assert band(AIM + timedelta(days=reach), AIM, wide, gap) == "ideal"
    assert band(AIM + timedelta(days=reach + 1), AIM, wide, gap) == "late"
    assert band(AIM - timedelta(days=reach + 1), AIM, wide, gap) == "early"


def test_ideal_is_cut_to_the_window():
    narrow = (AIM - timedelta(days=1), AIM)
    assert band(AIM - timedelta(days=2), AIM, narrow, 180) == "too_early"
    assert band(AIM + timedelta(days=1), AIM, narrow, 180) == "overdue"


def test_a_window_without_end_is_never_overdue():
    assert band(date(2036, 1, 1), AIM, (AIM, None), 28) == "late"


def test_the_next_session_knows_its_band():
    due = ask({}, {"gaps": [{"min": "5m", "ideal": "6m"}]}, done=["2026-01-05"]).next
    assert due is not None
    assert due.ideal_gap_days == 181
    assert due.band(day("2026-07-17")) == "ideal"
    assert due.band(day("2026-07-18")) == "late"


def test_there_is_no_band_while_an_open_hold_stands():
    due = ask({}, holds=[{"from": "2026-05-01"}]).next
    assert due is not None
    assert due.band(day("2026-07-05")) is None
