"""The file that a calendar program reads again and again (RFC 5545, RFC 7986): busy times, without a patient's name unless allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.i18n import _
from app.messages.calendar_file import PRODUCT, zone_rules
from models.appointment import LIVE, Appointment, Claim
from models.base import db
from models.clinic import Clinic, Room
from models.staff import CalendarFeed, StaffMember

BACK: Final = timedelta(days=30)
AHEAD: Final = timedelta(days=400)
AGAIN: Final = "PT15M"
"""How soon a program may ask again."""


@dataclass(frozen=True)
class Busy:
    """One stretch in which a visit needs the person or the room; `n`: which of its stretches."""

    visit: Appointment
    n: int
    starts_at: datetime
    ends_at: datetime


def of_feed(feed: CalendarFeed, clinic: Clinic, now: datetime) -> bytes:
    """All visits of a person or a room, from a month ago to more than a year ahead."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, f"{clinic.name}: {_name_of(feed)}")
    calendar.add("x-published-ttl", AGAIN)
    calendar.add("refresh-interval", timedelta(minutes=15), parameters={"VALUE": "DURATION"})
    calendar.add_component(zone_rules(clinic.zone))
    for busy in _stretches(_claims(feed, now)):
        calendar.add_component(_event(busy, feed, clinic, now))
    return bytes(calendar.to_ical())


def _name_of(feed: CalendarFeed) -> str:
    thing = db.session.get(StaffMember, feed.staff_id) if feed.staff_id else db.session.get(Room, feed.room_id)
    return thing.name if thing is not None else ""


def _claims(feed: CalendarFeed, now: datetime) -> Iterable[Claim]:
    mine = Claim.staff_id == feed.staff_id if feed.staff_id else Claim.room_id == feed.room_id
    query = select(Claim).join(Claim.appointment).where(
        mine, Appointment.state.in_(LIVE), Claim.starts_at >= now - BACK, Claim.starts_at < now + AHEAD
    )  # fmt: skip
    visit = joinedload(Claim.appointment)
    query = query.options(visit.joinedload(Appointment.patient), visit.joinedload(Appointment.performer))
    return db.session.scalars(query.order_by(Claim.appointment_id, Claim.starts_at)).all()


def _stretches(claims: Iterable[Claim]) -> Iterator[Busy]:
    """Claims of one visit that follow each other without a break are one stretch."""
    for _key, mine in groupby(claims, key=lambda claim: claim.appointment_id):
        spans: list[tuple[datetime, datetime]] = []
        for claim in mine:
            visit = claim.appointment
            if spans and claim.starts_at <= spans[-1][1]:
                spans[-1] = spans[-1][0], max(spans[-1][1], claim.ends_at)
            else:
                spans.append((claim.starts_at, claim.ends_at))
        yield from (Busy(visit, n, *span) for n, span in enumerate(spans))


def _event(busy: Busy, feed: CalendarFeed, clinic: Clinic, now: datetime) -> Event:
    visit, zone = busy.visit, ZoneInfo(busy.visit.zone)
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_OID, f"{clinic.created_at.isoformat()} feed {feed.staff_id} {feed.room_id} {visit.id} {busy.n}")))
    event.add("sequence", visit.revision)
    event.add("dtstamp", now)
    event.add("dtstart", busy.starts_at.astimezone(zone))
    event.add("dtend", busy.ends_at.astimezone(zone))
    event.add("summary", _summary(visit, feed, clinic))
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event


def _summary(visit: Appointment, feed: CalendarFeed, clinic: Clinic) -> str:
    """Where, or with whom; who only where the manager allows it and did when the link was made; never what."""
    room = db.session.get(Room, visit.room_id) if visit.room_id and feed.staff_id else None
    beside = room.name if room else visit.performer.name if visit.performer and feed.room_id else ""
    who = visit.patient.name if feed.names and clinic.names_in_calendars else _("Visit")
    return " · ".join(part for part in (who, beside) if part)
