"""Sessions to come as they stand and as they would: in words, side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.i18n import _, _n
from app.planning.bands import Band
from app.planning.question import Question
from app.planning.what_if import Ahead, Beside, beside
from app.plans.words import day_words
from app.series.reading import label
from app.series.words import reason_words


@dataclass(frozen=True)
class Lies:
    """Where a session lies: its day (or what stands in for one), the days on which it is possible, since the one before, and why."""

    day: str
    booked: bool
    window: str
    gap: str
    band: Band | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class BesideRow:
    """One session. `now` None: it would be added; `then` None: it would fall away."""

    label: str
    now: Lies | None
    then: Lies | None
    differs: bool


def rows_beside(now: Question, then: Question, *, left_out: int | None = None, clinical: bool) -> list[BesideRow]:
    """Both answers in words. `left_out`: the step that `then` does without."""
    rows = beside(now, then, left_out)
    booked = {one.day for one in now.booked}
    mine = _lies([row.now for row in rows], now.today, booked, clinical)
    theirs = _lies([row.then for row in rows], now.today, booked, clinical)
    return [BesideRow(_label(row), before, after, row.differs) for row, before, after in zip(rows, mine, theirs, strict=True)]


def _label(row: Beside) -> str:
    shown = row.now or row.then
    return label(shown.due) if shown else ""


def _lies(column: Sequence[Ahead | None], today: date, booked: Collection[date], clinical: bool) -> list[Lies | None]:
    late = next((label(one.due) for one in column if one and one.late), "")
    return [None if one is None else _words(one, _day(one, today, late), today, booked, clinical) for one in column]


def _words(one: Ahead, day: str, today: date, booked: Collection[date], clinical: bool) -> Lies:
    gap = _n("%(num)s day", "%(num)s days", one.gap_days) if one.gap_days is not None else ""
    reasons = () if one.adrift else tuple(reason_words(one.due.reasons, clinical=clinical))
    return Lies(day, one.booked and one.day in booked, "" if one.adrift else _window(one, today), gap, one.band, reasons)


def _day(one: Ahead, today: date, late: str) -> str:
    if one.late:
        return _("as soon as possible")
    if one.adrift:
        return _("once session %(n)s is done", n=late)
    return day_words(one.day, today) or _("no day while the pause stands")


def _window(one: Ahead, today: date) -> str:
    first, last = day_words(one.due.earliest, today), day_words(one.due.latest, today)
    if not first:
        return ""
    days = f"{first} – {last}" if last else _("from %(day)s", day=first)
    return _("was possible: %(days)s", days=days) if one.late else days
