"""Choosing a patient on a page of another room: what is typed is kept, and the page's address carries its key, or who was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app import history
from app.patients import queries, typed
from app.patients.rows import Row
from app.patients.terms import LONGEST_SEARCH
from models.base import transaction

MOST = 50


@dataclass(frozen=True)
class Found:
    """Whom a search found. `almost`: nobody is called that, these come near."""

    text: str = ""
    people: Sequence[Row] = ()
    almost: bool = False


def look(text: str, staff_id: int, now: datetime) -> dict[str, str]:
    """Look for somebody; what the page's address carries next: the only one found as `patient`, else the key of what was typed as `s`."""
    words = " ".join(text.split())[:LONGEST_SEARCH]
    found = queries.search(words, now, limit=2) if words else []
    if len(found) == 1:
        return {"patient": str(found[0].id)}
    with transaction():
        history.record("searched", None, now)
        return {"s": typed.keep(words, staff_id, now)}


def found(key: str, staff_id: int, now: datetime) -> Found:
    """Whom the search of this key finds; nobody without a key."""
    text = typed.found(key, staff_id)
    people = queries.search(text, now, limit=MOST) if text else []
    if people or not text:
        return Found(text, people)
    near = queries.almost(text, now)
    return Found(text, near, almost=bool(near))
