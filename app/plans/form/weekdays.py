"""The days of the week, Monday first, as a form offers them."""

from __future__ import annotations

from datetime import date, timedelta

from babel.dates import format_date

from app.i18n import language

MONDAY = date(2026, 1, 5)


def weekday_choices() -> list[tuple[str, str]]:
    """("0", "Mon") …"""
    return [(str(n), short_name(n)) for n in range(7)]


def short_name(n: int) -> str:
    """Mon · Pzt."""
    return format_date(MONDAY + timedelta(days=n), "EEE", locale=language())
