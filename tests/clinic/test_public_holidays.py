"""Türkiye's public holidays, half days included."""

from __future__ import annotations

from datetime import date, time

from app.clinic.public_holidays import holidays_of


def test_the_year_has_its_fixed_days_and_the_moving_feasts() -> None:
    days = {holiday.day: holiday for holiday in holidays_of([2026], "en")}
    assert date(2026, 4, 23) in days
    assert days[date(2026, 3, 20)].name == "Eid al-Fitr"


def test_the_day_before_a_feast_closes_at_one() -> None:
    half = {holiday.day: holiday.from_time for holiday in holidays_of([2026], "en") if holiday.from_time}
    assert half == {date(2026, 3, 19): time(13), date(2026, 5, 26): time(13), date(2026, 10, 28): time(13)}


def test_names_come_in_the_language_asked_for_without_the_hour() -> None:
    names = {holiday.day: holiday.name for holiday in holidays_of([2026], "tr")}
    assert names[date(2026, 3, 19)] == "Ramazan Bayramı"


def test_several_years_come_in_order() -> None:
    days = [holiday.day for holiday in holidays_of([2027, 2026], "tr")]
    assert days == sorted(days)
    assert {day.year for day in days} == {2026, 2027}
