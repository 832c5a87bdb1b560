"""Accounts: made, changed, shut, opened again; absences. Every action runs inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app import history, sessions
from app.errors import Refused
from app.hours import Span
from app.i18n import _
from app.passwords import hash_password
from app.permissions import Permission, allowed
from app.sessions import Person
from app.staff import queries
from app.staff.forms import AbsenceFacts, PersonFacts
from app.week_form import Validity
from models.base import db
from models.staff import Absence, CalendarFeed, Role, StaffMember, WorkingHours


def create(facts: PersonFacts, now: datetime) -> StaffMember:
    """A new account without a password: its owner chooses one through a link."""
    staff = StaffMember(
        name=facts.name, email=facts.email, roles=facts.roles, skills=facts.skills, language=facts.language, created_at=now
    )  # fmt: skip
    history.record("created", staff, now, fields=["name", "email", "roles", "skills", "language"])
    return staff


def change(staff: StaffMember, facts: PersonFacts, now: datetime) -> None:
    """Change an account; with the right to manage the clinic end the calendars of rooms that this person made.

    Raises Refused when nobody would be left to manage the house.
    """
    if Role.MANAGER.value not in facts.roles and queries.is_last_manager(staff):
        raise Refused(_("This is the only manager. Give the role to somebody else first."))
    changed = [name for name in ("name", "email", "roles", "skills", "language") if getattr(staff, name) != getattr(facts, name)]
    for name in changed:
        setattr(staff, name, getattr(facts, name))
    staff.version += 1
    history.record("changed", staff, now, fields=changed)
    if Permission.MANAGE_CLINIC not in allowed(staff.roles):
        _end_calendars(and_(CalendarFeed.made_by_id == staff.id, CalendarFeed.room_id.is_not(None)), now)


def want_digest(staff: StaffMember, wanted: bool, now: datetime) -> None:
    """Whether this person gets the numbers of the day by mail."""
    staff.digest = wanted
    staff.version += 1
    history.record("changed", staff, now, fields=["digest"])


def prefer(staff: StaffMember, now: datetime, **wishes: Any) -> None:
    """What a person wants for themselves: `dense`, `shortcuts`, `own_keys`."""
    for name, value in wishes.items():
        setattr(staff, name, value)
    history.record("changed", staff, now, fields=list(wishes))


def disable(staff: StaffMember, now: datetime) -> None:
    """Shut an account: every sign-in ends at once, and every calendar link that shows this person's visits or that they made.

    Raises Refused for oneself and for the last manager.
    """
    check_disable(staff)
    staff.active = False
    staff.version += 1
    sessions.end_all(staff.id, now)
    _end_calendars(or_(CalendarFeed.staff_id == staff.id, CalendarFeed.made_by_id == staff.id), now)
    history.record("disabled", staff, now, fields=["active"])


def check_disable(staff: StaffMember) -> None:
    """Raise Refused for oneself and for the last manager."""
    if staff.id == history.who():
        raise Refused(_("You cannot shut your own account. Ask another manager."))
    if queries.is_last_manager(staff):
        raise Refused(_("This is the only manager. Give the role to somebody else first."))


def enable(staff: StaffMember, now: datetime) -> None:
    """Open a shut account again."""
    staff.active = True
    staff.version += 1
    history.record("enabled", staff, now, fields=["active"])


def end_sign_ins(staff: StaffMember, now: datetime) -> None:
    """Sign somebody out everywhere."""
    sessions.end_all(staff.id, now)
    history.record("signed out everywhere", staff, now)


def note_sign_out(staff_id: int, now: datetime) -> None:
    """Somebody signed out."""
    db.session.add(history.event_row("signed out", "staff_member", staff_id, None, now))


def change_password(staff: StaffMember, password: str, here: Person, now: datetime) -> None:
    """Set one's own password; every other sign-in ends."""
    staff.password_hash = hash_password(password)
    sessions.end_all(staff.id, now, but=here)
    history.record("password set", staff, now, fields=["password"])


def choose_language(staff: StaffMember, language: str, now: datetime) -> None:
    """The language of one's own pages."""
    staff.language = language
    staff.version += 1
    history.record("changed", staff, now, fields=["language"])


def add_absence(staff: StaffMember, facts: AbsenceFacts, now: datetime) -> Absence:
    """Somebody will be away; booked visits stay until they are moved."""
    away = Absence(
        staff=staff, first_day=facts.first_day, last_day=facts.last_day, from_time=facts.from_time, to_time=facts.to_time, why=facts.why
    )  # fmt: skip
    db.session.add(away)
    history.record("absence added", staff, now, fields=["absences"])
    return away


def remove_absence(away: Absence, now: datetime) -> None:
    """Not away after all."""
    history.record("absence removed", away.staff, now, fields=["absences"])
    db.session.delete(away)


def set_week(
    staff: StaffMember, place_id: int | None, replaced: Validity | None, week: Mapping[int, Iterable[Span]], validity: Validity,
    now: datetime,
) -> None:  # fmt: skip
    """The working hours of one validity at a place (None: at any), instead of those of `replaced` and of any with the same validity."""
    gone = {validity, replaced}
    kept = [row for row in staff.hours if row.location_id != place_id or (row.valid_from, row.valid_to) not in gone]
    added = [
        WorkingHours(location_id=place_id, weekday=weekday, starts=starts, ends=ends, valid_from=validity[0], valid_to=validity[1])
        for weekday, spans in week.items()
        for starts, ends in spans
    ]
    staff.hours = [*kept, *added]
    staff.version += 1
    history.record("changed", staff, now, fields=["hours"])


def remove_week(staff: StaffMember, place_id: int | None, validity: Validity, now: datetime) -> None:
    """The working hours of one validity at a place (None: at any) no longer hold."""
    staff.hours = [row for row in staff.hours if row.location_id != place_id or (row.valid_from, row.valid_to) != validity]
    staff.version += 1
    history.record("changed", staff, now, fields=["hours"])


def _end_calendars(which: ColumnElement[bool], now: datetime) -> None:
    for feed in db.session.scalars(select(CalendarFeed).where(which)).all():
        history.record("calendar link ended", feed, now)
        db.session.delete(feed)
