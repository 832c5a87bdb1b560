"""What is done with a recall of lots: open, write, approve, close. Nothing commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import history
from app.errors import Refused
from app.i18n import _
from app.lot_recalls import queries
from app.lot_recalls.queries import Heard
from app.messages import planner
from app.products import actions as lots_of
from app.products.exposure import given_of
from app.today import today_of
from models.product import Lot, LotRecall, LotRecallState

AT_ONE_GO = 200
"""So many patients are planned for in one question."""


@dataclass(frozen=True)
class Written:
    """What stands in a recall: the reason (for the clinic), the text by language (for patients), the day of the last call."""

    reason: str
    texts: dict[str, dict[str, str]]
    call_by: date


def open_recall(lots: Sequence[Lot], said: Written, now: datetime) -> LotRecall:
    """Call lots back: from this moment nobody may use them. Raises Refused for a lot that an open recall is about already."""
    if taken := queries.called_back_already(lots):
        raise Refused(_("A recall of lot %(number)s is open already.", number=taken.number))
    made = LotRecall(lots=list(lots), opened_at=now, opened_by_id=history.who(), reason=said.reason, texts=said.texts, call_by=said.call_by)
    history.record("recall opened", made, now, reason=said.reason)
    for lot in lots:
        if lot.frozen_at is None:
            lots_of.freeze(lot, said.reason, now)
    return made


def write(recall: LotRecall, said: Written, now: datetime) -> None:
    """Other words. Raises Refused once they are approved: what was sent is not rewritten."""
    _must_be(recall, LotRecallState.OPEN)
    recall.reason, recall.texts, recall.call_by = said.reason, said.texts, said.call_by
    _changed(recall, "recall changed", now, ["reason", "texts", "call_by"])


def approve(recall: LotRecall, now: datetime) -> int:
    """A physician stands for the text: everybody exposed is told, by mail or by a call. Returns how many that are.

    Raises Refused where there is no text, it is approved already, or the day of the last call has passed.
    """
    _must_be(recall, LotRecallState.OPEN)
    if not recall.texts:
        raise Refused(_("Write the text first: it is what the patients read."))
    if recall.call_by < today_of(now):
        raise Refused(_("This day has passed."))
    recall.move_to(LotRecallState.APPROVED)
    recall.approved_at, recall.approved_by_id = now, history.who()
    _changed(recall, "recall approved", now, ["state"])
    return _plan(recall, now)


def close(recall: LotRecall, note: str, now: datetime) -> None:
    """The recall is over. Raises Refused where somebody has not heard and no reason is given.

    How many heard which way stands in it from then on.
    """
    if recall.state is LotRecallState.CLOSED:
        raise Refused(_("This recall is closed already."))
    heard = [one.heard for one in queries.exposed(recall, now)]
    if recall.state is LotRecallState.APPROVED and not note and any(one in queries.NOT_YET for one in heard):
        raise Refused(_("Somebody has not heard yet. Write why the recall is closed all the same."))
    recall.move_to(LotRecallState.CLOSED)
    recall.closed_at, recall.closed_by_id, recall.note = now, history.who(), note
    recall.counts = {how.value: heard.count(how) for how in Heard if how in heard}
    _changed(recall, "recall closed", now, ["state", "counts", "note"], reason=note)
    _plan(recall, now)  # what has not gone does not go


def _plan(recall: LotRecall, now: datetime) -> int:
    patients = sorted({one.patient_id for one in given_of([lot.id for lot in recall.lots])})
    for first in range(0, len(patients), AT_ONE_GO):
        planner.plan_for_all(patients[first : first + AT_ONE_GO], now)
    return len(patients)


def _must_be(recall: LotRecall, state: LotRecallState) -> None:
    if recall.state is not state:
        raise Refused(_("This recall is in another state by now."))


def _changed(recall: LotRecall, what: str, now: datetime, fields: list[str], **more: Any) -> None:
    recall.version += 1
    history.record(what, recall, now, fields=fields, **more)
