"""Sessions to come as they stand and as they would: in words, side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.i18n import _, _n
from app.planning.bands import Band
from app.planning.question import Question
from app.planning.what_if import Ahead, Beside, beside
from app.plans.words import day_words, possible_words
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
    """One session. `now` None: it would be added; `then` None: it would fall away. `difference`: what changes, in words."""

    label: str
    now: Lies | None
    then: Lies | None
    differs: bool
    difference: str


def rows_beside(now: Question, then: Question, *, left_out: int | None = None, clinical: bool) -> list[BesideRow]:
    """Both answers in words. `left_out`: the step that `then` does without."""
    rows = beside(now, then, left_out)
    booked = {one.day for one in now.booked}
    mine = _lies([row.now for row in rows], now.today, booked, clinical)
    theirs = _lies([row.then for row in rows], now.today, booked, clinical)
    return [
        BesideRow(_label(row), before, after, row.differs, _difference(row, now.today))
        for row, before, after in zip(rows, mine, theirs, strict=True)
    ]


def _label(row: Beside) -> str:
    shown = row.now or row.then
    return label(shown.due) if shown else ""


def _difference(row: Beside, today: date) -> str:
    """What is otherwise: the day, or, where it stays on its day, what that day is worth then."""
    now, then = row.now, row.then
    if now is None or then is None:
        return _("is added") if now is None else _("falls away")
    if now.day and then.day and now.day != then.day and not then.late and not then.adrift:
        days = (then.day - now.day).days
        return _n("+%(num)s day", "+%(num)s days", days) if days > 0 else _n("−%(num)s day", "−%(num)s days", -days)
    changes = {
        _("no visit any more"): now.booked and not then.booked, _("another band"): now.band != then.band,
        _("other days in between"): now.gap_days != then.gap_days,
        _best_day(now, then, today): now.booked and then.booked and now.due.recommended != then.due.recommended,
        _("possible on other days"): (now.due.earliest, now.due.latest) != (then.due.earliest, then.due.latest),
    }  # fmt: skip
    return ", ".join(words for words, true in changes.items() if true) or (_("changes") if row.differs else _("stays"))


def _best_day(now: Ahead, then: Ahead, today: date) -> str:
    """A visit stays on its day, and the day that would be best is another."""
    best = [day_words(one.due.recommended, today) or "–" for one in (now, then)]
    return _("best day: %(now)s → %(then)s", now=best[0], then=best[1])


def _lies(column: Sequence[Ahead | None], today: date, booked: Collection[date], clinical: bool) -> list[Lies | None]:
    late = next((label(one.due) for one in column if one and one.late), "")
    return [None if one is None else _words(one, _day(one, today, late), today, booked, clinical) for one in column]


def _words(one: Ahead, day: str, today: date, booked: Collection[date], clinical: bool) -> Lies:
    gap = _n("%(num)s day", "%(num)s days", one.gap_days) if one.gap_days is not None else ""
    reasons = () if one.adrift else tuple(reason_words(one.due.reasons, clinical=clinical))
    window = "" if one.adrift else possible_words(one.due, today, late=one.late)
    return Lies(day, one.booked and one.day in booked, window, gap, one.band, reasons)


def _day(one: Ahead, today: date, late: str) -> str:
    if one.late:
        return _("as soon as possible")
    if one.adrift:
        return _("once session %(n)s is done", n=late)
    return day_words(one.day, today) or _("no day while the pause stands")
