"""Days and moments as spreadsheets write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importing import cells
from app.importing.cells import UnreadableCell, When

THIRD = date(2026, 12, 3)


@pytest.mark.parametrize(
    "text",
    ["3.12.2026", "03.12.2026", "3/12/2026", "03/12/26", "3-12-2026", "2026-12-03", "2026-12-03 00:00:00", "2026-12-03T00:00:00",
     "3.12.2026 00:00", "2026/12/3", "3 Ara 2026", "3 Aralık 2026", "3 ARALIK 2026", "3 Dec 2026", "3-Dec-26",
     "46359", "46359.0", " 3.12.2026 "],
)  # fmt: skip
def test_a_day_in_every_form_of_a_spreadsheet(text):
    assert cells.day(text) == THIRD


@pytest.mark.parametrize(
    ("text", "day"),
    [("14.03.88", date(1988, 3, 14)), ("14.03.29", date(2029, 3, 14)), ("14.03.30", date(1930, 3, 14)), ("29.02.2028", date(2028, 2, 29)),
     ("12345", date(1933, 10, 18))],
)  # fmt: skip
def test_two_digits_of_a_year_lie_where_a_spreadsheet_puts_them(text, day):
    assert cells.day(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "yok", "31.04.2026", "29.02.2027", "12/31/2026", "3.12", "0.0.2026", "99999", "1234", "3 Foo 2026", "3.12.2026 10.1.2027",
     "3.12.2026 2:30 PM", "x" * 10_000, "9" * 10_000, "3.12.2026\x00", "May 2026"],
)  # fmt: skip
def test_what_is_no_day_is_quoted_and_cut(text):
    with pytest.raises(UnreadableCell) as told:
        cells.day(text)
    assert len(str(told.value)) < 120


@pytest.mark.parametrize("text", ["2026-05", "05.2026", "5/2026", "Mayıs 2026", "MAYIS 2026", "May 2026"])
def test_a_month_stands_for_its_last_day_so_that_no_gap_looks_longer(text):
    assert cells.when(text) == When(date(2026, 5, 31), only_month=True)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("3.12.2026 14:30", (THIRD, time(14, 30))),
        ("3.12.2026, saat 14:30", (THIRD, time(14, 30))),
        ("2026-12-03T14:30:00", (THIRD, time(14, 30))),
        ("3 Ara 2026 14.30", (THIRD, time(14, 30))),
        ("46359.604166667", (THIRD, time(14, 30))),
        ("46359,604166667", (THIRD, time(14, 30))),
        ("46358.99999", (THIRD, None)),
        ("3.12.2026", (THIRD, None)),
        ("3.12.2026 00:00:00", (THIRD, None)),
    ],
)
def test_a_moment_is_read_with_its_time_where_it_has_one(text, moment):
    assert cells.moment(text) == moment


@pytest.mark.parametrize("text", ["3.12.2026 25:00", "14:30", "tomorrow 14:30", "3.12.2026 14:61", ""])
def test_a_moment_that_does_not_exist_is_refused(text):
    with pytest.raises(UnreadableCell):
        cells.moment(text)


def test_several_days_and_months_in_one_cell():
    days = cells.several("3.11.2026; Ekim 2026, 46359 | 2026-12-04\n5.12.2026 + 6.12.2026;")
    assert [f"{one.day:%d.%m}" for one in days] == ["03.11", "31.10", "03.12", "04.12", "05.12", "06.12"]


def test_the_running_month_counts_until_today_and_the_future_is_refused():
    assert cells.today_or_before(cells.when("12.2026"), THIRD) == THIRD
    with pytest.raises(UnreadableCell, match="future"):
        cells.today_or_before(cells.when("4.12.2026"), THIRD)


@given(st.text(max_size=40))
def test_no_text_at_all_breaks_the_reader(text):
    for read in (cells.day, cells.when, cells.moment, cells.several):
        with suppress(UnreadableCell):
            read(text)


@given(st.dates(date(1930, 1, 1), date(2110, 1, 1)))
def test_every_day_comes_back_from_its_forms(day):
    serial = str((day - cells.EXCEL_BEGINS).days)
    assert {cells.day(text) for text in (day.isoformat(), f"{day.day}.{day.month}.{day.year}", serial)} == {day}
