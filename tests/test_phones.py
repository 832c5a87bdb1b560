"""Telephone numbers as people of five countries write them."""

from __future__ import annotations

import pytest

from app import phones


@pytest.mark.parametrize(
    ("typed", "country", "stored"),
    [
        ("0532 111 44 12", "TR", "+905321114412"),
        ("(0532) 111-44-12", "TR", "+905321114412"),
        ("5321114412", "TR", "+905321114412"),
        ("90 532 111 44 12", "TR", "+905321114412"),
        ("+49 151 23456789", "TR", "+4915123456789"),
        ("0049 (0)151 23456789", "TR", "+4915123456789"),
        ("0151/23456789", "DE", "+4915123456789"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 20 7946 0018", "TR", "+442079460018"),
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("+7 912 345 67 89", "TR", "+79123456789"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("٠٥٣٢ ١١١ ٤٤ ١٢", "TR", "+905321114412"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, country: str, stored: str) -> None:
    assert phones.read(typed, country) == stored


@pytest.mark.parametrize("typed", ["", "12", "0151 23456789", "ask her sister", "+999 123 456 78 90", "0532 111 44", "5" * 60])
def test_what_is_no_number_of_the_country_is_refused(typed: str) -> None:
    with pytest.raises(phones.UnreadablePhone):
        phones.read(typed, "TR")


def test_a_stored_number_is_shown_with_spaces_and_its_end_alone() -> None:
    assert phones.shown("+905321114412") == "+90 532 111 44 12"
    assert phones.last_digits("+905321114412") == "4412"
    assert phones.shown("") == ""
