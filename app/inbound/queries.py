"""What came in, as the pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.inbound.outcomes import Outcome
from models.base import db
from models.inbound import IS_TO_LOOK_AT, IncomingMail
from models.staff import StaffMember

A_PAGE = 50


class Tab(StrEnum):
    """The lists of what came in."""

    ALL = "all"
    """Whatever a person wrote or that did something."""
    UNMATCHED = "unmatched"
    """What belongs to nobody, and nobody has dealt with."""
    DONE = "done"
    """What somebody has dealt with."""


_WHERE = {Tab.ALL: IncomingMail.outcome != Outcome.DROPPED, Tab.UNMATCHED: IS_TO_LOOK_AT, Tab.DONE: IncomingMail.looked_at.is_not(None)}


@dataclass(frozen=True)
class Page:
    """Some mails that came in, the latest first, and the last one's id where more follow."""

    mails: Sequence[IncomingMail]
    after: int | None


def page(tab: Tab, *, after: int | None = None) -> Page:
    """The mails of a list."""
    query = select(IncomingMail).options(joinedload(IncomingMail.patient), joinedload(IncomingMail.message)).where(_WHERE[tab])
    if after:
        query = query.where(IncomingMail.id < after)
    found = db.session.scalars(query.order_by(IncomingMail.id.desc()).limit(A_PAGE + 1)).all()
    return Page(found[:A_PAGE], found[A_PAGE - 1].id if len(found) > A_PAGE else None)


def belonged_to_nobody(row: IncomingMail) -> bool:
    """Nothing of ours made it somebody's."""
    return row.outcome in (Outcome.UNMATCHED, Outcome.FAILED)


def is_nobodys(row: IncomingMail) -> bool:
    """It belongs to nobody, and nobody has dealt with it."""
    return belonged_to_nobody(row) and row.looked_at is None


def name_of(staff_id: int | None) -> str:
    """A colleague's name; empty for nobody."""
    member = db.session.get(StaffMember, staff_id) if staff_id else None
    return member.name if member else ""
