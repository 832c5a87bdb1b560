"""What came in, as the pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.inbound.outcomes import Outcome
from models.base import db
from models.inbound import IncomingMail

A_PAGE = 50
TO_LOOK_AT = (Outcome.UNMATCHED, Outcome.FAILED)


@dataclass(frozen=True)
class Page:
    """Some mails that came in, the latest first, and the last one's id where more follow."""

    mails: Sequence[IncomingMail]
    after: int | None


def page(*, unmatched: bool, after: int | None = None) -> Page:
    """Mails that a person wrote or that did something; or those that belong to nobody and that nobody has looked at."""
    query = select(IncomingMail).options(joinedload(IncomingMail.patient), joinedload(IncomingMail.message))
    if unmatched:
        query = query.where(IncomingMail.outcome.in_(TO_LOOK_AT), IncomingMail.looked_at.is_(None))
    else:
        query = query.where(IncomingMail.outcome != Outcome.DROPPED)
    if after:
        query = query.where(IncomingMail.id < after)
    found = db.session.scalars(query.order_by(IncomingMail.id.desc()).limit(A_PAGE + 1)).all()
    return Page(found[:A_PAGE], found[A_PAGE - 1].id if len(found) > A_PAGE else None)


def unmatched() -> int:
    """How many belong to nobody, and nobody has looked."""
    waiting = (IncomingMail.outcome.in_(TO_LOOK_AT), IncomingMail.looked_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(IncomingMail).where(*waiting)) or 0
