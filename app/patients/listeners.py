"""Rooms above this one react to a patient's changes: mails are planned anew, the visits of somebody who has died are cancelled.

They register here and are called inside the transaction of the change, after it was written.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from models.base import db
from models.patient import Patient


class Change(StrEnum):
    """What happened to a patient's record."""

    CREATED = "created"
    CONTACT = "contact"
    CONSENT = "consent"
    DECEASED = "deceased"
    NOT_DECEASED = "not_deceased"


Listener = Callable[[Patient, Change, datetime], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Listener:
    """Call this after every change of a patient's record, in the order of registration. Usable as a decorator."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell(patient: Patient, change: Change, now: datetime) -> None:
    """Let every room above react."""
    db.session.flush()
    for listener in _listeners:
        listener(patient, change, now)
