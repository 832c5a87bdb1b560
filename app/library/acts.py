"""From the library's rows and a protocol's content to the plain values of ``planning.acts``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.library.library import Library
from app.library.protocol import ProtocolContent
from app.planning.act_rules import ActRules
from app.planning.acts import Done, in_same_day_order


def rules_from(library: Library) -> ActRules:
    """Every gap, same-day pair and area of the library, computable."""
    return library.act_rules


def done(
    content: ProtocolContent,
    day: date,
    *,
    area: str | None = None,
    course: object = None,
    at: int | None = None,
    source: object = None,
) -> Done:
    """A session of a protocol on a day, on the course's own area or else the protocol's."""
    return Done(content.acts, area or content.area, day, course, at, source)


def joined_order(contents: Sequence[ProtocolContent], areas: Sequence[str], library: Library) -> tuple[int, ...] | None:
    """The places of the given sessions in the order in which one visit may do them; None if no order is allowed.

    ``areas`` are the courses' areas, one for each content.
    """
    pairs = zip(contents, areas, strict=True)
    treatments = [Done(content.acts, area, date.min) for content, area in pairs]
    order = in_same_day_order(library.act_rules, treatments)
    if order is None:
        return None
    # by identity: two sessions may be alike in everything
    return tuple(next(i for i, one in enumerate(treatments) if one is found) for found in order)
