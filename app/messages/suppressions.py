"""Addresses that must not be written to until staff act. Only a hash of them is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from app.tokens import hashed
from models.base import db
from models.message import Suppression


def suppress(address: str, why: str, now: datetime) -> None:
    """Write to this address no more: its server says that it does not exist."""
    if not is_suppressed(address):
        db.session.add(Suppression(address_hash=_mark(address), why=why[:200], since=now))
        db.session.flush()


def is_suppressed(address: str) -> bool:
    """The address was refused, and nobody has looked at it since."""
    return bool(address) and db.session.scalar(select(Suppression.id).where(Suppression.address_hash == _mark(address))) is not None


def allow_again(address: str) -> None:
    """Somebody has looked: the address may be written to."""
    db.session.execute(delete(Suppression).where(Suppression.address_hash == _mark(address)))


def _mark(address: str) -> str:
    return hashed(address.strip().lower())
