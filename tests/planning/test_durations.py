from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.durations import BadDuration, Duration, OutOfCalendar, day_after, parse

DURATIONS = st.builds(Duration, st.integers(-20, 20), st.integers(-40, 40), st.integers(-60, 60), st.integers(-900, 900))
DAYS = st.dates(date(1970, 1, 1), date(2200, 1, 1))


def add(text: str, day: str) -> str:
    return parse(text).after(date.fromisoformat(day)).isoformat()


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("28d", Duration(days=28)),
        ("4w", Duration(weeks=4)),
        ("6m", Duration(months=6)),
        ("4w-4d", Duration(weeks=4, days=-4)),
        ("1y+2m", Duration(years=1, months=2)),
        ("0d", Duration()),
        ("007d", Duration(days=7)),
    ],
)
def test_a_duration_is_terms_of_a_number_and_a_unit(text, duration):
    assert parse(text) == duration


@pytest.mark.parametrize("text", ["1m+1m", "3m-1m"])
def test_equal_units_add_up(text):
    assert parse(text) == Duration(months=2)


@pytest.mark.parametrize(
    "text", ["", "d", "4", "4 w", " 4w", "4w ", "-4w", "+4w", "4W", "4h", "4w--4d", "4w+", "4w4d", "1.5m", "٤w", "4w\n"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(BadDuration, match="is not a duration"):
        parse(text)


def test_a_number_no_calendar_could_hold_is_refused():
    with pytest.raises(BadDuration, match="too large"):
        parse("9" * 5000 + "d")


def test_weeks_and_days_are_days():
    assert add("4w-4d", "2026-01-05") == "2026-01-29"


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        ("1m", "2026-01-15", "2026-02-15"),
        ("1m", "2026-01-31", "2026-03-01"),
        ("1m", "2024-01-30", "2024-03-01"),
        ("1m", "2024-01-29", "2024-02-29"),
        ("1m", "2026-12-31", "2027-01-31"),
        ("11m", "2026-12-31", "2027-12-01"),
        ("1y", "2024-02-29", "2025-03-01"),
        ("4y", "2024-02-29", "2028-02-29"),
        ("0d-1m", "2026-03-31", "2026-03-01"),
    ],
)
def test_months_and_years_keep_the_day_number_or_take_the_first_of_the_next_month(text, day, expected):
    assert add(text, day) == expected


def test_years_come_before_months():
    # 29 Feb + 1 year is 1 Mar; the other order, or 13 months at once, would give 29 Mar.
    assert add("1m+1y", "2024-02-29") == "2025-04-01"


def test_months_come_before_weeks_and_days():
    # 28 Jan + 1 month is 28 Feb; days first would give 1 Mar by way of 31 Jan.
    assert add("3d+1m", "2026-01-28") == "2026-03-03"


@pytest.mark.parametrize("text", ["9999y", "999999999y", "999999999m", "999999999d", "999999999w", "0d-3000y"])
def test_a_day_outside_the_calendar_is_an_error_in_words(text):
    with pytest.raises(OutOfCalendar, match="outside the years 1 to 9999"):
        parse(text).after(date(2026, 1, 5))


def test_no_day_follows_the_last_of_the_calendar():
    assert day_after(date(2026, 2, 28)) == date(2026, 3, 1)
    with pytest.raises(OutOfCalendar, match="no day follows"):
        day_after(date.max)


@given(DURATIONS)
def test_the_text_of_a_duration_reads_back_as_itself(duration):
    assert parse(str(duration)) == duration


@given(DAYS, st.integers(0, 400))
def test_months_keep_the_day_number_unless_the_month_is_too_short_for_it(day, months):
    found = Duration(months=months).after(day)
    assert found.day == day.day or (found.day == 1 and (found - timedelta(days=1)).day < day.day)


@given(DAYS, DAYS, st.builds(Duration, *[st.integers(0, 30)] * 4))
def test_a_later_day_never_leads_to_an_earlier_one(one, other, duration):
    first, second = sorted((one, other))
    assert duration.after(first) <= duration.after(second)
