"""Random handles of which only the hash is kept, and forms that work once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import bindparam, text

from app.errors import AlreadyDone
from models.base import UtcDateTime, db
from models.staff import FormToken

# One statement, so that of two presses at one moment the second waits for the first and finds its result.
_USE = text(
    "INSERT INTO form_token (token, staff_id, used_at, result) VALUES (:token, :staff_id, :now, '')"
    " ON CONFLICT (token) DO NOTHING RETURNING token"
).bindparams(bindparam("now", type_=UtcDateTime()))


def new_handle() -> str:
    """A random handle of 128 bits, safe in a URL."""
    return secrets.token_urlsafe(16)


def new_name() -> str:
    """A random name of 128 bits for a file, the same on disks that do not tell capitals."""
    return secrets.token_hex(16)


def hashed(handle: str) -> str:
    """What is kept of a handle."""
    return hashlib.sha256(handle.encode()).hexdigest()


def use_once(token: str, staff_id: int, now: datetime) -> FormToken:
    """Mark a form as used, inside the transaction that does its work; set `.result` to where its result stands.

    Raises AlreadyDone with the first result when the form was sent before: a double click books once.
    """
    first = db.session.execute(_USE, {"token": token, "staff_id": staff_id, "now": now}).scalar() is not None
    row = db.session.get_one(FormToken, token)
    if not first:
        raise AlreadyDone(row.result)
    return row
