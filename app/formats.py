"""Days, times and numbers as people of a language write them. Weekday with every date, month as a word, 24 hours."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from config import ROOT
from models import clock

LANGUAGES = {"en": "English", "tr": "Türkçe"}
"""The languages of the pages. Mails may have more: see `mail_languages`."""
EMAILS = ROOT / "templates" / "emails"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_LOCALE = {"en": "en_GB", "tr": "tr_TR"}
_LONG = {"en": "EEEE d MMMM y", "tr": "d MMMM y EEEE"}
_PLAIN = {"en": "EEEE d MMMM", "tr": "d MMMM EEEE"}
_SHORT = {"en": "EEE d MMM", "tr": "d MMM EEE"}
_SHORT_OF_YEAR = {"en": "EEE d MMM y", "tr": "d MMM y EEE"}
_NUMERIC = {"en": "dd/MM/y", "tr": "d.MM.y"}


def language_name(code: str) -> str:
    """A language by its own name."""
    return LANGUAGES.get(code) or (Locale.parse(code).get_display_name(code) or code).capitalize()


@lru_cache
def mail_languages() -> dict[str, str]:
    """The languages in which patients can be written to, by their own names: those that have phrases in `emails/shared`."""
    return {code: language_name(code) for code in sorted(path.stem for path in (EMAILS / "shared").glob("*.words"))}


def direction(language: str) -> str:
    """Which way a language is written, as HTML says it."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def _written(day: date, patterns: dict[str, str], language: str) -> str:
    """A language without a pattern of ours orders day, month and year as English does, in its own words."""
    return _formatted(day, patterns.get(language, patterns["en"]), _locale(language))


@lru_cache
def _locale(language: str) -> str:
    try:
        return _LOCALE.get(language) or str(Locale.parse(language))
    except (ValueError, UnknownLocaleError):
        return _LOCALE["en"]


@lru_cache(maxsize=4096)
def _formatted(day: date, pattern: str, locale: str) -> str:
    """Kept: a page with a plan writes a hundred dates, mostly the same ones as the page before it."""
    return format_date(day, pattern, locale=locale)


def long_day(day: date, language: str) -> str:
    """Thursday 3 December 2026 · 3 Aralık 2026 Perşembe."""
    return _written(day, _LONG, language)


def plain_day(day: date, language: str) -> str:
    """Thursday 3 December · 3 Aralık Perşembe."""
    return _written(day, _PLAIN, language)


def short_day(day: date, language: str) -> str:
    """Thu 3 Dec · 3 Ara Per."""
    return _written(day, _SHORT, language)


def short_day_of_year(day: date, language: str) -> str:
    """Thu 3 Dec 2026 · 3 Ara 2026 Per."""
    return _written(day, _SHORT_OF_YEAR, language)


def month(day: date, language: str) -> str:
    """October 2026 · Ekim 2026."""
    return format_date(day, "LLLL y", locale=_locale(language))


def numeric_day(day: date, language: str) -> str:
    """03/12/2026 · 3.12.2026."""
    return _written(day, _NUMERIC, language)


def clock_time(value: time | datetime) -> str:
    """14:30."""
    return f"{value.hour:02d}:{value.minute:02d}"


def local_time(moment: datetime, zone: str) -> str:
    """The wall-clock time of a moment in a zone: 14:30."""
    return clock_time(clock.local(moment, zone))


def local_moment(moment: datetime, zone: str, language: str) -> str:
    """Thu 3 Dec 14:30, in a zone."""
    there = clock.local(moment, zone)
    return f"{short_day(there.date(), language)} {clock_time(there)}"


def number(value: float, language: str) -> str:
    """1,234.5 · 1.234,5."""
    return format_decimal(value, locale=_LOCALE.get(language, language))


def percent(share: float, language: str) -> str:
    """38.4% · %38,4."""
    return format_percent(round(share, 3), locale=_LOCALE.get(language, language), decimal_quantization=False)
