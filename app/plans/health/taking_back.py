"""A pause or a finding taken back right after it was made: what it did to visits, mails and calls is undone with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app import history
from app.errors import Refused
from app.i18n import _
from app.plans.health import booked_again, findings, holds
from app.plans.health.booked_again import Again
from models.base import db
from models.patient import TAKEN_BACK, Finding
from models.treatment import Hold

UNDO_TIME = timedelta(minutes=10)
"""So long whoever paused a plan or recorded a finding can take it back alone; after that only a physician ends it, with a reason."""


def hold_back(held: Hold, now: datetime) -> list[Again]:
    """As if the plan had not been paused. Returns what became of each visit that the pause took away. Raises Refused in words."""
    if held.finding_id or held.report_id or held.released_at is not None:
        raise Refused(_("There is nothing to undo."))
    _check_mine(held.made_by_id, held.made_at, now)
    return _all_back([held], now)


def finding_back(finding: Finding, now: datetime) -> list[Again]:
    """As if nothing had been found: it was entered by mistake. Returns what became of each visit that it took away.

    Raises Refused in words, also where the finding was ended or a report was decided by it.
    """
    if finding.cleared_at is not None or finding.report_id or any(held.released_at is not None for held in findings.all_holds_of(finding)):
        raise Refused(_("There is nothing to undo."))
    _check_mine(finding.added_by_id, finding.added_at, now)
    finding.cleared_at, finding.cleared_by_id, finding.cleared_why = now, history.who(), TAKEN_BACK
    history.record("finding taken back", finding, now, fields=["cleared_at"])
    return _all_back(findings.all_holds_of(finding), now)


def _check_mine(by_id: int | None, at: datetime, now: datetime) -> None:
    if by_id is None or by_id != history.who() or now > at + UNDO_TIME:
        raise Refused(_("Only who has just done this can undo it, within ten minutes. A physician ends it with a reason."))


def _all_back(made: Sequence[Hold], now: datetime) -> list[Again]:
    """The pauses end first, so that nothing of the act stands in the way of a visit; mails are planned only when all is back."""
    for held in made:
        holds.end(held, now, "", on=held.from_day, what="hold taken back")
    db.session.flush()
    acts = dict.fromkeys((held.plan.patient_id, held.made_at) for held in made)
    again = booked_again.book_again([one for act in acts for one in booked_again.sets_of(*act)], now)
    for plan in dict.fromkeys(held.plan for held in made):
        holds.settle(plan, now)
    return again
