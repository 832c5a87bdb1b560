"""What a search asks for, and what somebody is found by."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.patients.terms import Asked, read, terms_of, typed_name

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Şule ÖZTÜRK", Asked(("sule", "ozturk"))),
        ("  ozturk,   sule ", Asked(("ozturk", "sule"))),
        ("0532 111 44 12", Asked(digits=("05321114412",))),
        ("+90 (532) 111-44-12", Asked(digits=("905321114412",))),
        ("0049 (0)151 234", Asked(digits=("49151234",))),
        ("ayse 4412", Asked(("ayse",), ("4412",))),
        ("14.3.1988", Asked(born=date(1988, 3, 14))),
        ("14/03/88", Asked(born=date(1988, 3, 14))),
        ("1.12.26", Asked(born=date(2026, 12, 1))),
        ("1988-03-14 yilmaz", Asked(("yilmaz",), born=date(1988, 3, 14))),
        ("14 Mart 1988", Asked(born=date(1988, 3, 14))),
        ("30.2.1988", Asked(digits=("3021988",))),
        ("7", Asked()),
        ("", Asked()),
        ("%_* ()", Asked()),
        ("😀", Asked(("😀",))),
    ],
)
def test_a_search_is_read_as_names_digits_and_a_birth_date(typed: str, asked: Asked) -> None:
    assert read(typed, TODAY) == asked


def test_a_name_is_found_by_the_ending_of_each_of_its_words() -> None:
    assert {"gulsah", "sah", "nur", "oz", "ozturk", "turk"} <= terms_of("Gülşah Nur", "Öz-Türk") | terms_of("", "Öztürk")


def test_a_telephone_is_found_as_it_is_written_at_home_and_abroad() -> None:
    assert {"905321114412", "05321114412", "4412"} <= terms_of("", "", "+905321114412")
    assert {"4915123456789", "015123456789"} <= terms_of("", "", "+4915123456789")


def test_a_name_of_one_letter_or_of_signs_is_found_as_a_whole() -> None:
    assert {"o", "ng"} <= terms_of("O", "Ng")
    assert "😀" in terms_of("😀", "")


def test_what_is_a_name_in_a_search_stays_as_it_was_typed() -> None:
    assert typed_name("Şule Öztürk 0532 111 44 12 14 Mart 1988") == "Şule Öztürk"


@given(st.text(max_size=40), st.text(max_size=40))
def test_everybody_is_found_by_every_word_of_their_own_name(first: str, last: str) -> None:
    terms = terms_of(first, last)
    asked = read(f"{first} {last}", TODAY)
    assert all(any(term == word or (len(word) > 1 and term.startswith(word[:80])) for term in terms) for word in asked.words)
