"""The trail, latest first, a page at a time: each page walks one index, however long the trail is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, tuple_

from app.audit.asked import Asked
from models.base import db
from models.event import Event
from models.patient import Patient

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
        yield _about_patient(asked.patient_id)
    if asked.action:
        yield Event.action == asked.action
    yield from _when(asked.since, asked.until)


def _about_patient(patient_id: int) -> ColumnElement[bool]:
    """Under any number that this person was known by."""
    numbers = [patient_id, *db.session.scalars(select(Patient.id).where(Patient.merged_into_id == patient_id))]
    return Event.patient_id.in_(numbers) if len(numbers) > 1 else Event.patient_id == patient_id


def _when(since: datetime | None, until: datetime | None) -> Iterator[ColumnElement[bool]]:
    if since:
        yield Event.at >= since
    if until:
        yield Event.at < until
