"""The links of calendars: made anew, taken away, found by their secret."""

from __future__ import annotations

from datetime import datetime

from flask import request
from sqlalchemy import select

from app import history
from app.clinic.queries import the_clinic
from app.messages.links import public_url
from app.permissions import Permission, allowed
from app.tokens import hashed, new_handle
from models.base import db
from models.clinic import Room
from models.staff import CalendarFeed, StaffMember

Thing = StaffMember | Room


def feed_of(thing: Thing) -> CalendarFeed | None:
    """The link that a person or room has."""
    mine = CalendarFeed.staff_id if isinstance(thing, StaffMember) else CalendarFeed.room_id
    return db.session.scalar(select(CalendarFeed).where(mine == thing.id))


def make(thing: Thing, now: datetime) -> str:
    """A new secret; the link before it opens nothing any more. Returned once: only its hash is kept. It shows names if links made
    now may."""
    end(thing, now)
    handle = new_handle()
    of = {"staff_id": thing.id} if isinstance(thing, StaffMember) else {"room_id": thing.id}
    made = CalendarFeed(token_hash=hashed(handle), made_at=now, made_by_id=history.who(), names=the_clinic().names_in_calendars, **of)
    db.session.add(made)
    db.session.flush()
    history.record("calendar link made", made, now)
    return handle


def end(thing: Thing, now: datetime) -> None:
    """The link opens nothing any more."""
    found = feed_of(thing)
    if found is not None:
        history.record("calendar link ended", found, now)
        db.session.delete(found)
        db.session.flush()


def opened(handle: str) -> CalendarFeed | None:
    """The calendar of a secret; None for one that was never made or was ended, whose person may not see the day any more, or whose
    maker may not make calendars of rooms any more."""
    feed = db.session.scalar(select(CalendarFeed).where(CalendarFeed.token_hash == hashed(handle)))
    if feed is None:
        return None
    if feed.room_id is not None:
        room = db.session.get(Room, feed.room_id)
        return feed if room is not None and room.active and _may(feed.made_by_id, Permission.MANAGE_CLINIC) else None
    return feed if _may(feed.staff_id, Permission.SEE_DAY) else None


def _may(staff_id: int | None, permission: Permission) -> bool:
    member = db.session.get(StaffMember, staff_id) if staff_id else None
    return member is not None and member.active and permission in allowed(member.roles)


def address(handle: str) -> str:
    """What a calendar program is given: it subscribes instead of copying."""
    base = public_url() or request.url_root.rstrip("/")
    return f"webcal://{base.partition('://')[2]}/calendar/{handle}.ics"
