"""One-time links by which a person chooses a password. Only the hash is kept; a new link ends the older ones, a mail's does not."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from app import history, sessions
from app.passwords import hash_password
from app.staff.signing_in import forgive_account
from app.tokens import hashed, new_handle
from models.base import db
from models.staff import StaffLink, StaffMember

VALID = timedelta(hours=48)


def make(staff: StaffMember, now: datetime, *, beside: bool = False) -> str:
    """A new link for a person, inside a transaction; returns its handle, which is shown or mailed but never stored.

    `beside`: the one that was shown for handing over stays open; whichever is used first ends the other.
    """
    if not beside:
        _end_open_ones(staff, now)
    handle = new_handle()
    db.session.add(StaffLink(token_hash=hashed(handle), staff=staff, made_at=now, expires_at=now + VALID))
    forgive_account(staff)
    history.record("password link made", staff, now)
    return handle


def open_link(handle: str, now: datetime) -> StaffLink | None:
    """The link of a handle while it works: unused, in time, and of somebody who works here."""
    link = db.session.scalar(select(StaffLink).where(StaffLink.token_hash == hashed(handle)))
    if link is None or link.used_at or now >= link.expires_at or not link.staff.active:
        return None
    return link


def use(link: StaffLink, password: str, now: datetime) -> None:
    """Set the password, inside a transaction: the link is spent and every sign-in of the person ends."""
    link.used_at = now
    link.staff.password_hash = hash_password(password)
    _end_open_ones(link.staff, now)
    sessions.end_all(link.staff_id, now)
    forgive_account(link.staff)
    history.record("password set", link.staff, now, fields=["password"])


def _end_open_ones(staff: StaffMember, now: datetime) -> None:
    open_ones = StaffLink.staff_id == staff.id, StaffLink.used_at.is_(None), StaffLink.expires_at > now
    db.session.execute(update(StaffLink).where(*open_ones).values(expires_at=now))
