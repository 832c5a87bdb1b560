"""What somebody typed when their sign-in had run out: kept for them alone until they are back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from werkzeug.datastructures import MultiDict

from app.tokens import new_handle
from models.base import db
from models.staff import KeptText

PURPOSE = "interrupted"
SENT = "kept_sent"  # the field by which a form says that it is the kept one, sent after all
MOST_LETTERS = 100_000
NEVER_KEPT = ("csrf_token", "password", SENT)
Fields = list[tuple[str, str]]


def fields_of(form: MultiDict[str, str]) -> Fields:
    """What a form carried, without passwords and the CSRF token."""
    return [(name, value) for name, value in form.items(multi=True) if not any(word in name for word in NEVER_KEPT)]


def keep(staff_id: int, path: str, form: MultiDict[str, str], now: datetime) -> str:
    """Keep a form for its writer, inside a transaction; returns the key under which it is found."""
    fields = fields_of(form)
    if sum(len(value) for _name, value in fields) > MOST_LETTERS:
        fields = []
    key = new_handle()
    content = {"path": path, "fields": [list(pair) for pair in fields]}
    db.session.add(KeptText(key=key, staff_id=staff_id, purpose=PURPOSE, content=content, kept_at=now))
    return key


def found(key: str, staff_id: int) -> KeptText | None:
    """The kept form of this person."""
    row = db.session.get(KeptText, key)
    return row if row and row.staff_id == staff_id and row.purpose == PURPOSE else None


def let_go(key: str, staff_id: int) -> None:
    """It was sent after all, inside a transaction."""
    db.session.execute(delete(KeptText).where(KeptText.key == key, KeptText.staff_id == staff_id, KeptText.purpose == PURPOSE))
