"""The mail about a lot that is called back: to everybody who was given something of it, whatever they stopped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.messages.kind import Kind, Wanted
from app.messages.patient_facts import PatientFacts
from models.message import MessageClass, Urgency

LOT_RECALL = "lot_recall"


def _lot_recalls(facts: PatientFacts) -> Iterable[Wanted]:
    """From the moment a physician approves the text until the recall is closed, also where a use is recorded later."""
    for recall_id in facts.lot_recalls:
        yield Wanted(LOT_RECALL, "lot_recall", recall_id, f"p{facts.patient.id}", late_ok=True)


KINDS: Sequence[Kind] = (Kind(LOT_RECALL, "lot_recall", Urgency.AT_ONCE, MessageClass.SERVICE, _lot_recalls),)
