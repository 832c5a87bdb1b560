"""Telephone numbers: read as people write them, kept as E.164, shown with spaces."""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumberFormat

LONGEST = 20  # letters of an E.164 number as stored


class UnreadablePhone(ValueError):
    """What was typed is not a telephone number of that country, nor one with a country code."""


def read(typed: str, country: str) -> str:
    """The E.164 form of a number typed with its country code, or as people of `country` (two letters) write it.

    A number with a country code need only be possible: new ranges appear before our tables know them. One without must be
    a number that exists in the country, else a foreign number would silently become another person's. Raises UnreadablePhone.
    """
    try:
        number = phonenumbers.parse(_international(typed), country)
    except phonenumbers.NumberParseException:
        raise UnreadablePhone(typed) from None
    abroad = number.country_code != phonenumbers.country_code_for_region(country)
    fits = phonenumbers.is_possible_number(number) if abroad else phonenumbers.is_valid_number(number)
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not fits or len(written) > LONGEST:
        raise UnreadablePhone(typed)
    return written


def shown(number: str) -> str:
    """A stored number as people read it: +90 532 111 44 12."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number, None), PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return number


def last_digits(number: str) -> str:
    """The last four digits: enough to tell two people apart, too few to call one."""
    return "".join(c for c in number if c.isdigit())[-4:]


def digit_rows(number: str) -> set[str]:
    """The number's digits as they may be typed: with the country code, and as people at home write it (0532…, 8912…)."""
    rows = {"".join(c for c in number if c.isdigit())}
    try:
        home = phonenumbers.format_number(phonenumbers.parse(number, None), PhoneNumberFormat.NATIONAL)
    except phonenumbers.NumberParseException:
        return rows
    return rows | {"".join(c for c in home if c.isdigit())}


def _international(typed: str) -> str:
    """00 49 … is dialled, not written, by the library; +49 (0) 151 … has a zero that is not dialled."""
    bare = typed.strip().replace("(0)", " ")
    return f"+{bare[2:]}" if bare.startswith("00") else bare
