"""Consents of two records that are one person: what was withdrawn on one of them does not stand on the strength of the other."""

from __future__ import annotations

from app.merging.values import Pair
from app.patients.consents import ASKED, live
from models.patient import Consent, ConsentKind, Patient


def ending(pair: Pair) -> list[Consent]:
    """The consents that end, for they were withdrawn on the other record."""
    return [
        row for one, other in ((pair.kept, pair.gone), (pair.gone, pair.kept)) for row in one.consents
        if row.kind in ASKED and row.withdrawn_at is None and withdrawn(other, row.kind)
    ]  # fmt: skip


def withdrawn(patient: Patient, kind: ConsentKind) -> bool:
    """It was given once and does not stand any more. Never asked is no answer."""
    return live(patient, kind) is None and any(row.kind is kind for row in patient.consents)
