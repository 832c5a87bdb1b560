"""What came in, as the pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.inbound.outcomes import Outcome
from models.base import db
from models.inbound import IS_TO_LOOK_AT, IncomingMail

A_PAGE = 50


@dataclass(frozen=True)
class Page:
    """Some mails that came in, the latest first, and the last one's id where more follow."""

    mails: Sequence[IncomingMail]
    after: int | None


def page(*, unmatched: bool, after: int | None = None) -> Page:
    """Mails that a person wrote or that did something; or those that belong to nobody and that nobody has looked at."""
    query = select(IncomingMail).options(joinedload(IncomingMail.patient), joinedload(IncomingMail.message))
    query = query.where(IS_TO_LOOK_AT if unmatched else IncomingMail.outcome != Outcome.DROPPED)
    if after:
        query = query.where(IncomingMail.id < after)
    found = db.session.scalars(query.order_by(IncomingMail.id.desc()).limit(A_PAGE + 1)).all()
    return Page(found[:A_PAGE], found[A_PAGE - 1].id if len(found) > A_PAGE else None)


def unmatched() -> int:
    """How many belong to nobody, and nobody has looked."""
    return db.session.scalar(select(func.count()).select_from(IncomingMail).where(IS_TO_LOOK_AT)) or 0
