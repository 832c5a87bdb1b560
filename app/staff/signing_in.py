"""Signing in: every try is counted and written down; every wrong one gets the same answer after the same time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import passwords, sessions
from app.history import event_row
from app.sessions import Person
from app.throttle import FOREVER, Limit, count, forgive
from models.base import db, transaction
from models.staff import StaffMember

PER_ACCOUNT = Limit("sign-in account", tries=10, minutes=15)
PER_ADDRESS = Limit("sign-in address", tries=60, minutes=15)  # a clinic's computers share one
IN_A_ROW = Limit("sign-in in a row", tries=100, minutes=0)  # then a manager must help (ASVS 5.0 6.3.1)


@dataclass(frozen=True)
class Denied:
    """Not let in. `until`: too many tries, and when the next one makes sense; FOREVER when only a manager can help."""

    until: datetime | None = None

    @property
    def for_good(self) -> bool:
        return self.until == FOREVER


def sign_in(email: str, password: str, address: str, now: datetime) -> Person | Denied:
    """Try to sign in. Opens its own transactions: the slow comparison must not hold the write lock."""
    account = normal(email)
    with transaction():
        until = count_try(account, address, now)
        if until is not None:
            _note(None, "throttled", now)
            return Denied(until)
    staff = by_email(account)
    kept, active = (staff.password_hash, staff.active) if staff else (None, False)
    right = passwords.is_password(kept, password) and active
    with transaction():
        if not right or staff is None:
            _note(staff.id if staff else None, "refused", now)
            return Denied()
        return _let_in(staff, password, account, now)


def normal(email: str) -> str:
    """A mail address as it is kept."""
    return email.strip().casefold()


def by_email(email: str) -> StaffMember | None:
    return db.session.scalar(select(StaffMember).where(StaffMember.email == normal(email)))


def forgive_account(staff: StaffMember) -> None:
    """Forget wrong tries, inside a transaction: a manager made a new link, or the right password came."""
    forgive(PER_ACCOUNT, staff.email)
    forgive(IN_A_ROW, staff.email)


def count_try(account: str, address: str, now: datetime) -> datetime | None:
    """Count for the account (known or not) and for the address; when to come back if that was too often."""
    late = [count(PER_ADDRESS, address, now), count(PER_ACCOUNT, account, now), count(IN_A_ROW, account, now)]
    return max((until for until in late if until is not None), default=None)


def _let_in(staff: StaffMember, password: str, account: str, now: datetime) -> Person:
    if staff.password_hash and passwords.is_outdated(staff.password_hash):
        staff.password_hash = passwords.hash_password(password)
    forgive_account(staff)
    _note(staff.id, "ok", now)
    return sessions.start(staff, now)


def _note(staff_id: int | None, outcome: str, now: datetime) -> None:
    row = event_row("signed in" if outcome == "ok" else "sign-in tried", "staff_member", staff_id, None, now, outcome)
    if outcome == "ok":
        row.source, row.staff_id = "staff", staff_id  # only who got in is who they say
    db.session.add(row)
