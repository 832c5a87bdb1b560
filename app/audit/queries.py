"""The trail, latest first, a page at a time: each page walks one index, however long the trail is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, tuple_

from app.audit.asked import Asked
from app.patients import same
from models.base import db
from models.event import Event

A_PAGE = 50


@dataclass(frozen=True)
class Page:
    """Some rows, and the last one's id where more follow."""

    rows: Sequence[Event]
    after: int | None


def page(asked: Asked, after: int | None = None) -> Page:
    """The rows after one that was seen; without it the newest."""
    found = db.session.scalars(_from(asked, db.session.get(Event, after) if after else None).limit(A_PAGE + 1)).all()
    return Page(found[:A_PAGE], found[A_PAGE - 1].id if len(found) > A_PAGE else None)


def every(asked: Asked, most: int) -> Sequence[Event]:
    """All rows, at most so many."""
    return db.session.scalars(_from(asked).limit(most)).all()


def _from(asked: Asked, last: Event | None = None) -> Select[Event]:
    found = select(Event).where(*_conditions(asked)).order_by(Event.at.desc(), Event.id.desc())
    return found.where(tuple_(Event.at, Event.id) < (last.at, last.id)) if last else found


def _conditions(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.staff_id:
        yield Event.staff_id == asked.staff_id
    if asked.patient_id:
        yield _is_one_of(same.numbers_of(asked.patient_id))
    if asked.action:
        yield Event.action == asked.action
    yield from _when(asked.since, asked.until)


def _is_one_of(numbers: Sequence[int]) -> ColumnElement[bool]:
    """About whom any of these numbers stands for; a single one said so that the index is walked in its order."""
    return Event.patient_id.in_(numbers) if len(numbers) > 1 else Event.patient_id == numbers[0]


def _when(since: datetime | None, until: datetime | None) -> Iterator[ColumnElement[bool]]:
    if since:
        yield Event.at >= since
    if until:
        yield Event.at < until
