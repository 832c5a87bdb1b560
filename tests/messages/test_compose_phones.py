"""Which number to dial, and when somebody answers."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from app.hours import Calendar, Closing, Opening
from app.messages.letter import zones
from app.messages.letter.phones import hours_in_words, phone, phones
from models.clinic import Clinic
from tests.mails.stories import at

WEEK = Calendar((*(Opening(n, time(9), time(18)) for n in range(5)), Opening(5, time(10), time(14))))
LOCAL = "your local emergency number"
TUESDAY = date(2026, 12, 1)
CLINIC = Clinic(
    name="Ege", phone="+902165550101", phone_out_of_hours="+905325550102", emergency_number="112", zone="Europe/Istanbul", country="TR"
)


def test_hours_are_said_as_people_say_them() -> None:
    assert hours_in_words(WEEK, TUESDAY, "en") == "Monday–Friday 09:00–18:00, Saturday 10:00–14:00"
    assert hours_in_words(WEEK, TUESDAY, "tr") == "Pazartesi–Cuma 09:00–18:00, Cumartesi 10:00–14:00"


def test_a_clinic_open_every_day_says_so_in_two_words() -> None:
    daily = Calendar(tuple(Opening(n, time(9), time(18)) for n in range(7)))
    assert hours_in_words(daily, TUESDAY, "tr") == "her gün 09:00–18:00"


def test_a_closed_day_and_a_half_day_of_the_week_to_come_are_named() -> None:
    feast = WEEK.with_closings([Closing(date(2026, 12, 4)), Closing(date(2026, 12, 3), time(13)), Closing(date(2027, 1, 1))])
    said = hours_in_words(feast, TUESDAY, "en")
    assert said.endswith("; Thursday 3 December: closes at 13:00, Friday 4 December: closed")


def test_a_closure_on_a_day_that_is_never_open_is_no_news() -> None:
    assert hours_in_words(WEEK.with_closings([Closing(date(2026, 12, 6))]), TUESDAY, "en") == hours_in_words(WEEK, TUESDAY, "en")


def test_a_clinic_without_hours_says_none() -> None:
    assert hours_in_words(Calendar(), TUESDAY, "en") == ""


@pytest.mark.parametrize(
    ("moment", "number"),
    [(at(2026, 12, 1, 12), "+902165550101"), (at(2026, 12, 1, 22), "+905325550102"), (at(2026, 12, 6, 12), "+905325550102")],
)
def test_the_number_to_dial_now_is_the_one_that_is_answered_now(moment: datetime, number: str) -> None:
    assert phones(CLINIC, WEEK, moment, "en", None).now.dialled == number


def test_a_clinic_without_a_number_for_the_night_gives_the_one_it_has() -> None:
    alone = Clinic(name="Ege", phone="+902165550101", phone_out_of_hours="", emergency_number="112", zone="Europe/Istanbul", country="TR")
    found = phones(alone, WEEK, at(2026, 12, 1, 22), "en", None)
    assert not found.night
    assert found.now == found.day


def test_a_number_is_shown_in_groups_and_dialled_in_one() -> None:
    assert phone("0216 555 01 01", "TR") == phone("+902165550101", "TR")
    assert phone("+902165550101", "TR").shown == "+90 216 555 01 01"
    assert phone("", "TR").dialled == ""


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (None, "112"),
        ("Europe/Istanbul", "112"),
        ("Europe/Berlin", "112"),
        ("Asia/Dubai", "your local emergency number"),
        ("Mars/Base", "your local emergency number"),
    ],
)
def test_the_emergency_number_is_right_where_the_reader_is(zone: str | None, words: str) -> None:
    assert phones(CLINIC, WEEK, at(2026, 12, 1, 12), "en", zone).emergency == words


def test_a_zone_is_called_by_its_city() -> None:
    assert zones.city("Europe/Istanbul", "tr") == "İstanbul"
    assert zones.city("Europe/Vienna", "tr") == "Viyana"
    assert zones.city("America/Argentina/Buenos_Aires", "en") == "Buenos Aires"
