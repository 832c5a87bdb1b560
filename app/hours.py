"""When a place is open: pure rules over its weeks and closures, in the clinic's wall time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import pairwise
from typing import TypeVar

from app.letters import fold

Span = tuple[time, time]
Moment = TypeVar("Moment", time, int)
"""A reading of the clock, or minutes after midnight."""
CLOSED_WORDS = {"", "-", "–", "closed", "kapali"}
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?")
_FIRST_DAY, _LAST_DAY = date.min, date.max


class UnreadableTimes(ValueError):
    """What was typed is no open time: it does not exist, ends before it begins, or two overlap."""


@dataclass(frozen=True)
class Opening:
    """Open from–to on a weekday (Monday 0), valid from a day to a day (both included; None: no end on that side)."""

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def validity(self) -> tuple[date | None, date | None]:
        return self.valid_from, self.valid_to

    def holds_on(self, day: date) -> bool:
        return (self.valid_from or _FIRST_DAY) <= day <= (self.valid_to or _LAST_DAY)


@dataclass(frozen=True)
class Closing:
    """Closed on a day, all of it or from a time on."""

    day: date
    from_time: time | None = None


@dataclass(frozen=True)
class Calendar:
    """All that decides when a place is open."""

    openings: tuple[Opening, ...] = ()
    closings: tuple[Closing, ...] = ()

    def open_on(self, day: date) -> list[Span]:
        """The open times of a day in their order, closures cut out."""
        week = _week_of(self.openings, day)
        spans = _joined((o.opens, o.closes) for o in self.openings if o.validity == week and o.weekday == day.weekday())
        return _until(spans, [c.from_time for c in self.closings if c.day == day])

    def is_open_at(self, moment: datetime) -> bool:
        """Whether the place is open at a reading of the clinic's clock."""
        return any(opens <= moment.time() < closes for opens, closes in self.open_on(moment.date()))

    @property
    def validities(self) -> list[tuple[date | None, date | None]]:
        """Every validity for which hours are set, the one that begins first on top."""
        return sorted({o.validity for o in self.openings}, key=lambda v: (v[0] or _FIRST_DAY, v[1] or _LAST_DAY))

    def in_force(self, day: date) -> tuple[date | None, date | None] | None:
        """The validity whose hours hold on a day; None where none do."""
        return _week_of(self.openings, day)

    def week(self, validity: tuple[date | None, date | None]) -> dict[int, list[Span]]:
        """The open times of each weekday under one validity."""
        return {n: _joined((o.opens, o.closes) for o in self.openings if o.validity == validity and o.weekday == n) for n in range(7)}

    def without_week(self, validity: tuple[date | None, date | None]) -> Calendar:
        """As it would be without the hours of one validity."""
        return replace(self, openings=tuple(o for o in self.openings if o.validity != validity))

    def with_week(self, week: Mapping[int, Iterable[Span]], validity: tuple[date | None, date | None]) -> Calendar:
        """As it would be with the hours of one validity set to this week."""
        added = [Opening(weekday, opens, closes, *validity) for weekday, spans in week.items() for opens, closes in spans]
        return replace(self, openings=(*self.without_week(validity).openings, *added))

    def with_closings(self, closings: Iterable[Closing]) -> Calendar:
        """As it would be with more closures."""
        return replace(self, closings=(*self.closings, *closings))

    def is_shut(self, meant: Closing) -> bool:
        """Whether a closure that is there already covers the one that is meant."""
        times = [c.from_time for c in self.closings if c.day == meant.day]
        return any(at is None or (meant.from_time is not None and at <= meant.from_time) for at in times)


Hours = Mapping[int | None, Calendar]
"""When somebody works, by the place; None: at any."""


def works_at(hours: Hours, place_id: int, day: date) -> Sequence[Span]:
    """When somebody works at a place on a day. Where hours are entered for it, these; else those that hold at any, without the time
    at which they are at another place.
    """
    if place_id in hours:
        return hours[place_id].open_on(day)
    elsewhere = (span for place, there in hours.items() if place is not None for span in there.open_on(day))
    return without(hours.get(None, Calendar()).open_on(day), elsewhere)


def without(spans: Iterable[tuple[Moment, Moment]], away: Iterable[tuple[Moment, Moment]]) -> tuple[tuple[Moment, Moment], ...]:
    """The spans with others cut out of them."""
    left = list(spans)
    for start, end in away:
        left = [piece for low, high in left for piece in ((low, min(high, start)), (max(low, end), high)) if piece[0] < piece[1]]
    return tuple(left)


def fits(spans: Iterable[Span], start: time, end: time) -> bool:
    """Whether start–end lies inside one of the open times."""
    return start < end and any(opens <= start and end <= closes for opens, closes in spans)


def read_spans(text: str) -> list[Span]:
    """Open times as people type them: "9-18", "09:00–12:30, 13.30–18", "closed", nothing.

    Raises UnreadableTimes when a time does not exist, ends before it begins, or two overlap.
    """
    if fold(text) in CLOSED_WORDS:
        return []
    spans = sorted(_span(part.strip()) for part in re.split(r"[,;]| ve | and ", text.strip(" ,;")))
    if any(closes > opens for (_first, closes), (opens, _last) in pairwise(spans)):
        raise UnreadableTimes(text)
    return spans


def written(spans: Iterable[Span]) -> str:
    """Open times as they are shown and typed: 09:00–12:30, 13:30–18:00."""
    return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in spans)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if not found:
        raise UnreadableTimes(text)
    start, end = _time(int(found[1]), int(found[2] or 0)), _time(int(found[3]), int(found[4] or 0))
    if start >= end:
        raise UnreadableTimes(text)
    return start, end


def _time(hour: int, minute: int) -> time:
    if (hour, minute) == (24, 0):
        return time(23, 59)
    if hour > 23 or minute > 59:
        raise UnreadableTimes(f"{hour}:{minute:02d}")
    return time(hour, minute)


def _week_of(openings: Iterable[Opening], day: date) -> tuple[date | None, date | None] | None:
    """The hours in force are those that began last; of two that began together, those that end first (summer hours win)."""
    valid = {opening.validity for opening in openings if opening.holds_on(day)}
    return max(valid, key=lambda v: (v[0] or _FIRST_DAY, -(v[1] or _LAST_DAY).toordinal()), default=None)


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for opens, closes in sorted(spans):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return joined


def _until(spans: list[Span], closed_from: list[time | None]) -> list[Span]:
    if None in closed_from:
        return []
    end = min((moment for moment in closed_from if moment is not None), default=time.max)
    return [(opens, min(closes, end)) for opens, closes in spans if opens < end]
