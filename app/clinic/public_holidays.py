"""Türkiye's public holidays as closures to look at before they are taken over. Half days close from 13:00."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

HALF_DAY_CLOSES = time(13)
_IN_LANGUAGE = {"tr": "tr", "en": "en_US"}


@dataclass(frozen=True)
class PublicHoliday:
    """A holiday: the whole day, or from a time on."""

    day: date
    from_time: time | None
    name: str


def holidays_of(years: Iterable[int], language: str) -> list[PublicHoliday]:
    """Every public holiday and half day of Türkiye in these years, in order. Feast days of coming years are computed."""
    import holidays  # noqa: PLC0415  a heavy calendar library that only this rare page needs

    years = list(years)
    names = _IN_LANGUAGE.get(language, "en_US")
    whole = holidays.country_holidays("TR", years=years, categories=("public",), language=names)
    half = holidays.country_holidays("TR", years=years, categories=("half_day",), language=names)
    found = [PublicHoliday(day, None, name) for day, name in whole.items()]
    # The library writes the hour in brackets behind the name; the closure has it as a time.
    found += [PublicHoliday(day, HALF_DAY_CLOSES, name.split(" (")[0]) for day, name in half.items() if day not in whole]
    return sorted(found, key=lambda holiday: holiday.day)
