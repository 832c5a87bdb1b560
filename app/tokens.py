"""Random handles of which only the hash is kept, and forms that work once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from app.errors import AlreadyDone
from models.base import db
from models.staff import FormToken


def new_handle() -> str:
    """A random handle of 128 bits, safe in a URL."""
    return secrets.token_urlsafe(16)


def hashed(handle: str) -> str:
    """What is kept of a handle."""
    return hashlib.sha256(handle.encode()).hexdigest()


def use_once(token: str, staff_id: int, now: datetime) -> FormToken:
    """Mark a form as used, inside the transaction that does its work; set `.result` to where its result stands.

    Raises AlreadyDone with the first result when the form was sent before: a double click books once.
    """
    before = db.session.get(FormToken, token)
    if before is not None:
        raise AlreadyDone(before.result)
    row = FormToken(token=token, staff_id=staff_id, used_at=now, result="")
    db.session.add(row)
    db.session.flush()
    return row
