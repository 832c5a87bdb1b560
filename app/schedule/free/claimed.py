"""What is claimed when: moments become minutes on the clinic's wall clock.

A year ahead holds tens of thousands of claims, so they are read as whole numbers, with no row and no moment made of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Final, TypeAlias

from sqlalchemy import and_, case, extract, func, or_, select

from app.planning.resources import Days, Kind, Span
from app.schedule.free.working_days import WallClock
from models import clock
from models.appointment import Claim
from models.base import db

LONGEST_VISIT: Final = timedelta(days=1)
Busy: TypeAlias = Mapping[tuple[Kind, int], Days]

_OF = {kind: getattr(Claim, f"{kind.value}_id") for kind in Kind}
_KIND = case(*((column.is_not(None), kind.value) for kind, column in _OF.items()))
_CLAIMS = select(_KIND, func.coalesce(*_OF.values()), extract("epoch", Claim.starts_at), extract("epoch", Claim.ends_at))


def claimed(ranges: Iterable[tuple[date, date]], zone: str, moving: Collection[int] = ()) -> Busy:
    """Every claim inside these ranges of days by what it claims, as minutes of each day.

    Without those of the visits that are being moved.
    """
    bounds = ((clock.day_bounds(first, zone)[0], clock.day_bounds(last, zone)[1]) for first, last in ranges)
    inside = (and_(Claim.starts_at >= start - LONGEST_VISIT, Claim.starts_at < end, Claim.ends_at > start) for start, end in bounds)
    claims = _CLAIMS.where(or_(*inside))
    if moving:
        claims = claims.where(Claim.appointment_id.not_in(moving))
    kinds, wall = {kind.value: kind for kind in Kind}, WallClock(zone)
    busy: dict[tuple[Kind, int], dict[date, tuple[Span, ...]]] = defaultdict(dict)
    read: dict[tuple[int, int], list[tuple[date, Span]]] = {}  # people, room and patient of a visit mostly share their minutes
    for kind, thing, starts, ends in db.session.execute(claims):
        days = busy[kinds[kind], thing]
        if (starts, ends) not in read:
            read[starts, ends] = list(wall.spans(int(starts), int(ends)))
        for day, span in read[starts, ends]:
            days[day] = (*days.get(day, ()), span)
    return busy
