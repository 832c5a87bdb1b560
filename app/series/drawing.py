"""A course on one line, wherever it is shown: marks on their days over the windows of what is still to come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypedDict

from app.formats import short_day
from app.i18n import language
from app.planning.answer import Due
from app.planning.bands import as_good
from app.planning.windows import Window

MARKS = {"alert", "proposed", "booked", "confirmed", "arrived", "in_treatment", "done", "no_show", "paused"}
EDGE, CLOSE = 7, 14  # per cent: room at both ends, and how near two dates may be before one of them goes unwritten
ENDS = ("from", "to", "best_from", "best_to")
Place = Callable[[date], float]


class Mark(NamedTuple):
    """A session on its day. `state`: an icon's name."""

    day: date
    state: str
    label: str


class Point(TypedDict):
    """A session in the picture; `x` in per cent of its width."""

    x: float
    state: str
    label: str
    note: str


@dataclass(frozen=True)
class Picture:
    """`windows`: from, to, and the ideal days inside them where they are known, in per cent. `summary` says the same in words."""

    points: list[Point]
    windows: list[dict[str, float]]
    summary: str


def drawn(marks: Sequence[Mark], windows: Sequence[Window], after: Due | None, words: str, today: date) -> Picture | None:
    """These marks over what is left of these windows; None without a mark. `after`: when maintenance would begin."""
    more = [Mark(after.recommended, "proposed", "M1")] if marks and after and after.recommended else []
    return laid_out([*marks, *more], [_span(one.still_ahead(today), one.latest) for one in windows if one.latest], words)


def laid_out(marks: Sequence[Mark], spans: Sequence[tuple[date, ...]], words: str) -> Picture | None:
    """These marks over these spans, each two or four days in the order of ENDS; None without a mark."""
    if not marks:
        return None
    at = _scale([mark.day for mark in marks] + [day for span in spans for day in span[:2]])
    points = [_point(at(mark.day), mark.state, mark.label, _note(mark.day)) for mark in marks]
    return Picture(_readable(points), [dict(zip(ENDS, map(at, span), strict=False)) for span in spans], words)


def _scale(days: Sequence[date]) -> Place:
    first, length = min(days), max((max(days) - min(days)).days, 1)
    return lambda day: round(EDGE + (100 - 2 * EDGE) * (day - first).days / length, 1)


def _point(x: float, state: str, label: str, note: str) -> Point:
    return {"x": x, "state": state if state in MARKS else "proposed", "label": label, "note": note}


def _note(day: date) -> str:
    """Without the year: the table beside it has it."""
    return short_day(day, language())


def _readable(points: list[Point]) -> list[Point]:
    """A date is left out where it would run into the one before it; the table has it."""
    before = -100.0
    for point in points:
        if point["x"] - before < CLOSE:
            point["note"] = ""
        else:
            before = point["x"]
    return points


def _span(window: Window, latest: date) -> tuple[date, date, date, date]:
    """The first and last day of a window with an end, and those of its ideal days, in the order of ENDS."""
    near = timedelta(days=as_good(window.ideal_gap_days))
    return window.earliest, latest, max(window.earliest, window.recommended - near), min(latest, window.recommended + near)
