"""The day of a person or a room as a bar: when they are there, what is taken, what is free. Pure: minutes in, shares of the bar out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.planning.resources import Span

HOUR = 60
EVERY = 2
"""An hour is named at every other one, or the words would touch on a small screen."""


@dataclass(frozen=True)
class Piece:
    """A part of the bar: where it begins and how wide it is, in hundredths of it; `url`: where a free one leads."""

    x: float
    wide: float
    url: str = ""


@dataclass(frozen=True)
class Bar:
    """Hours there, claims and free times from the first full hour to the last; `hours`: which are named, and where."""

    there: list[Piece]
    taken: list[Piece]
    free: list[Piece]
    hours: list[tuple[int, float]]


def bar(there: Sequence[Span], taken: Sequence[Span], free: Iterable[tuple[Span, str]]) -> Bar | None:
    """The bar over all of these spans; None where nobody is there."""
    spans = [*there, *taken]
    if not there:
        return None
    first, last = min(begin for begin, _ in spans) // HOUR, -(-max(end for _, end in spans) // HOUR)
    long = (last - first) * HOUR

    def piece(span: Span, url: str = "") -> Piece:
        return Piece(_share(span[0] - first * HOUR, long), _share(span[1] - span[0], long), url)

    hours = [(hour, _share((hour - first) * HOUR, long)) for hour in range(first, last, EVERY)]
    return Bar([piece(one) for one in there], [piece(one) for one in merged(taken)], [piece(span, url) for span, url in free], hours)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that touch or overlap as one."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found


def _share(minutes: int, of: int) -> float:
    return round(100 * minutes / of, 2)
