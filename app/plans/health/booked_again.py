"""Visits that one act cancelled or parted are put back when the act is taken back, each by itself, where its place is still free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.errors import Refused
from app.formats import local_moment
from app.i18n import _, _n, language
from app.messages import changes
from app.schedule import guards, parting, undo
from models.appointment import Appointment
from models.base import db
from models.message import ChangeSet, VisitChange

JUST_BEGUN = timedelta(minutes=10)
"""So long after its start a visit is still put back: the patient may be there already."""


@dataclass(frozen=True)
class Again:
    """A visit that was cancelled or parted. `why_not`: what is in the way of it now; empty: it is as it was."""

    visit: Appointment
    why_not: str


def sets_of(patient_id: int, act: datetime) -> Sequence[ChangeSet]:
    """What one act changed of a patient's visits: everything bears the moment of the act."""
    mine = select(ChangeSet).where(ChangeSet.patient_id == patient_id, ChangeSet.at == act, ChangeSet.undone_at.is_(None))
    return db.session.scalars(mine.order_by(ChangeSet.id)).all()


def lost(sets: Sequence[ChangeSet], now: datetime) -> dict[Appointment, list[VisitChange]]:
    """The visits that these sets cancelled or parted and whose time has not passed, in order, each with what was done to it."""
    found: dict[int, list[VisitChange]] = {}
    for change in (change for one in sets for change in one.changes):
        if change.old_start and change.old_start > now - JUST_BEGUN and (change.new_start is None or parting.is_of(change)):
            found.setdefault(change.appointment_id, []).append(change)
    visits = select(Appointment).where(Appointment.id.in_(found)).order_by(Appointment.starts_at)
    return {visit: found[visit.id] for visit in db.session.scalars(visits)}


def book_again(sets: Sequence[ChangeSet], now: datetime) -> list[Again]:
    """Put the visits back that these sets took away. The patient hears only of what is different from what they know.

    Called when what took them away is over; whoever calls settles.
    """
    taken = lost(sets, now)
    guards.alone_with(list(taken))
    tried = [Again(visit, _put_back(taken[visit], now)) for visit in taken]
    back = {change.id for one in tried if not one.why_not for change in taken[one.visit]}
    for one in sets:
        changes.undo(one, now, only=back)
    return tried


def again_words(again: Sequence[Again]) -> Iterator[str]:
    """How many of the visits are booked again, and each that is not."""
    booked = [one for one in again if not one.why_not]
    if booked:
        yield _n("%(num)s visit is booked again.", "%(num)s visits are booked again.", len(booked))
    for one in again:
        if one.why_not:
            at = local_moment(one.visit.starts_at, one.visit.zone, language())
            yield _("Not booked again: %(visit)s. %(why)s", visit=at, why=one.why_not)


def _put_back(taken: Sequence[VisitChange], now: datetime) -> str:
    try:
        with db.session.begin_nested():
            for change in reversed(taken):
                undo.bring_back(change, now)
    except Refused as no:
        return no.words
    return ""
