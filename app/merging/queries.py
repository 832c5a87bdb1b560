"""The two records of a page."""

from __future__ import annotations

from app.merging.values import Pair
from app.patients import queries


def pair_or_404(patient_id: int, other_id: int) -> Pair:
    """Two records that could be joined."""
    return Pair(queries.patient_or_404(patient_id), queries.patient_or_404(other_id))
