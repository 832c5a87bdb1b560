"""Who is signed in. The cookie carries a random id, a row its hash: what has ended there opens nothing, whoever holds the cookie.

Flask-Login keeps the id in Flask's signed cookie; that cookie is called `cookie` here, a session is always a treatment session.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, g, has_request_context
from flask import session as cookie
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import Row, bindparam, select, update

from app.keys import for_the_page
from app.permissions import Permission, allowed
from app.tokens import hashed, new_handle
from models import changes, clock
from models.base import db
from models.staff import SignIn, StaffMember

IDLE = timedelta(minutes=15)  # a shared front desk
LONGEST = timedelta(hours=12)  # a long working day
TOUCH_EVERY = timedelta(minutes=1)
HANDLE = "_user_id"  # where Flask-Login keeps it
PLACE = "place"  # what this browser looked at last
IN_FORMS = "csrf_token"  # where Flask-WTF keeps what every form must carry

login = LoginManager()


@dataclass(frozen=True)
class Person(UserMixin):
    """Somebody who is signed in, as they were when this request began."""

    id: int
    name: str
    roles: tuple[str, ...]
    language: str
    handle: str
    seen_at: datetime
    dense: bool = False
    keys: str = ""

    def get_id(self) -> str:
        return self.handle

    def may(self, *permissions: Permission) -> bool:
        """Whether they hold any one of these permissions; with none named, True."""
        return not permissions or not allowed(self.roles).isdisjoint(permissions)


def install(app: Flask) -> None:
    """Let Flask-Login find people by our rows. Templates get the person from the front door."""
    app.config["SESSION_PROTECTION"] = None  # the row says whether a sign-in lives; a new network address must not end it
    login.init_app(app, add_context_processor=False)


def person() -> Person | None:
    """Who makes this request, if signed in."""
    if not has_request_context():
        return None
    user = current_user._get_current_object()
    return user if isinstance(user, Person) else None


def asked_by_itself() -> None:
    """A page asks without anybody touching it: that is no sign that somebody sits there, so the sign-in runs out as if it had not."""
    g.by_itself = True


def nobody_here() -> None:
    """For the rest of this request nobody is signed in, whatever the cookie says."""
    g._login_user = AnonymousUserMixin()


@login.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
def _load(handle: str) -> Person | None:
    return find(handle, clock.now())


def find(handle: str, now: datetime) -> Person | None:
    """Whom a handle lets in now: its sign-in has not ended, is used, and the person still works here."""
    row = _row(handle)
    if row is None or row.ended_at or _lapsed(row, now) or not row.active:
        return None
    told = for_the_page(row.shortcuts, row.own_keys)
    return Person(row.staff_id, row.name, tuple(row.roles), row.language, handle, row.seen_at, row.dense, told)


def start(staff: StaffMember, now: datetime) -> Person:
    """A new sign-in, inside a transaction; the one this browser had ends. `remember` puts it into the browser afterwards."""
    if (before := person()) is not None:
        end(before, now)
    handle = new_handle()
    db.session.add(SignIn(id_hash=hashed(handle), staff=staff, started_at=now, seen_at=now, ends_at=now + LONGEST))
    db.session.flush()
    return Person(staff.id, staff.name, tuple(staff.roles), staff.language, handle, now)


def remember(person: Person) -> None:
    """This browser is now theirs: everything the cookie carried before is gone. The CSRF token of their pages names them, so that
    what they typed finds its writer even when the cookie is lost."""
    cookie.clear()
    login_user(person)
    cookie[IN_FORMS] = f"{new_handle()}.{person.id}"


def forget() -> None:
    """This browser is nobody's any more."""
    logout_user()
    cookie.clear()


def place() -> int | None:
    """The place of the clinic that was looked at last."""
    kept = cookie.get(PLACE)
    return kept if isinstance(kept, int) else None


def keep_place(place_id: int) -> None:
    """Look at this place until another one is chosen, or the sign-in ends."""
    cookie[PLACE] = place_id


def touch(person: Person, now: datetime) -> None:
    """Note that a sign-in is in use, inside a transaction."""
    db.session.execute(update(SignIn).where(SignIn.id_hash == hashed(person.handle)).values(seen_at=now))


def needs_touch(person: Person, now: datetime) -> bool:
    """Not every request writes: once a minute is enough, and none that a page makes by itself."""
    return now - person.seen_at >= TOUCH_EVERY and not g.get("by_itself")


def end(person: Person, now: datetime) -> None:
    """End one sign-in, inside a transaction: its cookie opens nothing from now on."""
    db.session.execute(update(SignIn).where(SignIn.id_hash == hashed(person.handle), SignIn.ended_at.is_(None)).values(ended_at=now))


def end_all(staff_id: int, now: datetime, *, but: Person | None = None) -> None:
    """End every sign-in of somebody, inside a transaction; `but` the one that asks for it."""
    rows = update(SignIn).where(SignIn.staff_id == staff_id, SignIn.ended_at.is_(None))
    if but is not None:
        rows = rows.where(SignIn.id_hash != hashed(but.handle))
    db.session.execute(rows.values(ended_at=now))


def lapsed_staff_id(now: datetime) -> int | None:
    """Who sat here until the sign-in ran out by itself. None when it was ended on purpose, or there was none."""
    row = _row(cookie.get(HANDLE, ""))
    if row is None or row.ended_at or not row.active or not _lapsed(row, now):
        return None
    return int(row.staff_id)


def _lapsed(row: Row[Any], now: datetime) -> bool:
    return bool(now >= row.ends_at or now >= row.seen_at + IDLE)


_SIGN_IN = (
    select(SignIn.staff_id, SignIn.seen_at, SignIn.ends_at, SignIn.ended_at)
    .add_columns(StaffMember.active, StaffMember.name, StaffMember.roles, StaffMember.language)
    .add_columns(StaffMember.dense, StaffMember.shortcuts, StaffMember.own_keys)
    .add_columns(changes.COUNT.label("changes"), changes.HOUSE_COUNT.label("of_the_house"))
    .join(SignIn.staff)
    .where(SignIn.id_hash == bindparam("id_hash"))
)
"""Put together once: every request of everybody who is signed in begins with it. The counts of changes come along."""


def _row(handle: str) -> Row[Any] | None:
    row = db.session.execute(_SIGN_IN, {"id_hash": hashed(handle)}).first() if handle else None
    if row is not None:
        changes.remember(row.changes, row.of_the_house)
    return row
