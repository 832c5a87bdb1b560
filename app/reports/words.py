"""Figures in words and numbers, as pages and files show them."""

from __future__ import annotations

from datetime import date

from app import formats
from app.i18n import _, _n, language
from app.reports.asked import Asked, bucket_kind
from app.reports.counting import Figure, Tally
from app.reports.report import Shape


def value(figure: Figure) -> str:
    """The figure itself."""
    if figure.report.shape is Shape.DAYS:
        return "–" if figure.days is None else days(figure.days)
    return tally(figure.report.shape, figure.all)


def tally(shape: Shape, one: Tally) -> str:
    """The figure of some of its rows."""
    if shape is Shape.SHARE:
        return "–" if one.share is None else formats.percent(one.share, language())
    return hours(one.minutes) if shape is Shape.HOURS else str(one.n)


def of_what(figure: Figure) -> str:
    """Numerator and denominator, or how many rows it stands on."""
    one = figure.all
    if figure.report.shape is Shape.SHARE:
        return _("%(hits)s of %(n)s", hits=one.hits, n=one.n)
    if figure.report.shape is Shape.HOURS:
        return _("%(used)s used in %(n)s visits", used=hours(one.used), n=one.n)
    return _n("%(num)s line", "%(num)s lines", one.n)


def hours(minutes: int) -> str:
    """12.5 h."""
    return _("%(n)s h", n=formats.number(round(minutes / 60, 1), language()))


def days(n: float) -> str:
    return _("%(n)s days", n=formats.number(n, language()))


def part_name(start: date, asked: Asked) -> str:
    """A part of the period: a week by its first day, a month, a year."""
    kind = bucket_kind(asked.first, asked.last)
    if kind == "year":
        return str(start.year)
    return formats.month(start, language()) if kind == "month" else formats.short_day(start, language())


def period_name(asked: Asked) -> str:
    """01/12/2026 – 31/12/2026."""
    return f"{formats.numeric_day(asked.first, language())} – {formats.numeric_day(asked.last, language())}"
