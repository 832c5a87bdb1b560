"""What a search asks for, and the terms a patient is found by: any part of the name in any order, digits, a birth date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.forms import MONTHS
from app.letters import fold, suffixes
from app.phones import digit_rows

LONGEST_SEARCH = 120
_DAY = re.compile(
    r"(?<!\d)(?:(\d{4})-(\d{1,2})-(\d{1,2})"  # 1988-03-14
    r"|(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})"  # 14.3.1988, 14/03/88
    r"|(\d{1,2})[ .]+([a-z]{3,})[ .]+(\d{4}))(?!\d)",  # 14 mart 1988
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\+?\d[\d\s().\-/]*")
_WORDS = re.compile(r"[^\W\d_]+|\d+|[^\w\s\x00-\x7f]+")  # letters, digits, or signs beyond the keyboard's (an emoji)


@dataclass(frozen=True)
class Asked:
    """A search: folded parts of names, rows of digits, a birth date. Nothing at all finds everyone."""

    words: tuple[str, ...] = ()
    digits: tuple[str, ...] = ()
    born: date | None = None

    @property
    def terms(self) -> tuple[str, ...]:
        """Every part that is asked by prefix."""
        return (*self.words, *self.digits)

    def __bool__(self) -> bool:
        return bool(self.terms or self.born)


def read(text: str, today: date) -> Asked:
    """What somebody typed into the search box. A day that does not exist is read as digits."""
    rest, born = _birth_date(fold(text)[:LONGEST_SEARCH], today)
    digits = tuple(row for row in (_row(found) for found in _DIGITS.findall(rest)) if len(row) > 1)
    return Asked(tuple(dict.fromkeys(name_words(_DIGITS.sub(" ", rest)))), digits, born)


def terms_of(first_name: str, last_name: str, phone: str = "") -> set[str]:
    """Everything a patient is found by: endings of every word of the name and of the telephone's digits."""
    name = " ".join(name_words(f"{first_name} {last_name}"))
    whole = {word[:80] for word in name.split()}
    rows = digit_rows(phone) if phone else set()
    return suffixes(name) | whole | suffixes(" ".join(rows))


def name_words(text: str) -> list[str]:
    """The folded words of a name, without hyphens, commas and apostrophes."""
    return _WORDS.findall(fold(text))


def typed_name(text: str) -> str:
    """What of a search is a name, as it was typed."""
    return " ".join(_DIGITS.sub(" ", _DAY.sub(" ", text)).split())


def _birth_date(folded: str, today: date) -> tuple[str, date | None]:
    for found in _DAY.finditer(folded):
        if day := _day(found, today):
            return f"{folded[: found.start()]} {folded[found.end() :]}", day
    return folded, None


def _day(found: re.Match[str], today: date) -> date | None:
    """The day a match names; two digits of a year mean the last such year."""
    if found[1]:
        parts = (found[1], found[2], found[3])
    elif found[4]:
        parts = (found[6], found[5], found[4])
    else:
        parts = (found[9], str(MONTHS.get(found[8], 0)), found[7])
    year, month, day = (int(part) for part in parts)
    if year < 100:
        year += today.year // 100 * 100 if year <= today.year % 100 else today.year // 100 * 100 - 100
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _row(typed: str) -> str:
    """Digits as they are stored: without the 00 or + before a country code and without a zero in brackets."""
    digits = "".join(c for c in typed.replace("(0)", " ") if c.isdigit())
    return digits.removeprefix("00") if len(digits) > 4 else digits
