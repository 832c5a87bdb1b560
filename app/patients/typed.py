"""What is typed into the search box must not stand in an address: it is kept for its writer, and the address carries a key."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from app.tokens import new_handle
from models.base import db
from models.staff import KeptText

PURPOSE = "patient_search"
KEPT_FOR = timedelta(hours=12)


def keep(text: str, staff_id: int, now: datetime) -> str:
    """Keep a search, inside a transaction; returns its key. The same person's old ones are forgotten."""
    db.session.execute(
        delete(KeptText).where(KeptText.staff_id == staff_id, KeptText.purpose == PURPOSE, KeptText.kept_at < now - KEPT_FOR)
    )
    key = new_handle()
    db.session.add(KeptText(key=key, staff_id=staff_id, purpose=PURPOSE, content={"text": text}, kept_at=now))
    return key


def found(key: str, staff_id: int) -> str:
    """What this person typed; nothing for a key that is not theirs or is forgotten."""
    row = db.session.get(KeptText, key) if key else None
    return str(row.content.get("text", "")) if row and row.staff_id == staff_id and row.purpose == PURPOSE else ""
