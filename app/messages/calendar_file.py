"""The calendar file of visits (RFC 5545): one event per visit, the same one after every change, and nothing of the treatment.

Without a mailbox that reads answers, files are published (RFC 5546 METHOD:PUBLISH). With one, the file of a single visit asks
(METHOD:REQUEST, which may hold one event only); cancelled visits alone go as METHOD:CANCEL. UID stays; SEQUENCE is the visit's
revision, one more once it is cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, vCalAddress, vText

from app.formats import clock_time
from app.messages import setting
from app.messages.letter.rendering import phrase
from models import clock
from models.appointment import LIVE, Appointment, VisitState
from models.base import db
from models.clinic import Clinic, Location

PRODUCT = "-//Seans//Seans//EN"
FIRST_DAY = date(2026, 1, 1)
"""Zone rules before this day are left out: they would only make the file longer."""


def of_visits(visits: Sequence[Appointment], clinic: Clinic, language: str, phone: str, now: datetime, *, attendee: str = "") -> bytes:
    """The events of some visits in one file, in a language; of visits that are all cancelled, their cancellation.

    `attendee`: the address whose calendar is asked for an answer, where answers are read.
    """
    calendar, method = Calendar(), _method(visits, attendee)
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for zone in dict.fromkeys(visit.zone for visit in visits):
        calendar.add_component(zone_rules(zone))
    for visit in visits:
        event = _event(visit, clinic, language, phone, now)
        if method == "REQUEST":
            event.add("attendee", _asked(attendee, visit))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _method(visits: Sequence[Appointment], attendee: str) -> str:
    if not any(visit.state in LIVE for visit in visits):
        return "CANCEL"
    return "REQUEST" if attendee.isascii() and attendee and len(visits) == 1 else "PUBLISH"


def _asked(attendee: str, visit: Appointment) -> vCalAddress:
    asked = vCalAddress(f"mailto:{attendee}")
    confirmed = visit.state is VisitState.CONFIRMED
    asked.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED" if confirmed else "NEEDS-ACTION", "RSVP": "TRUE"})
    return asked


def _event(visit: Appointment, clinic: Clinic, language: str, phone: str, now: datetime) -> Event:
    """DTSTART is the moment the patient must be there; when hands-on begins stands in the description."""
    zone, place, live = ZoneInfo(visit.zone), db.session.get(Location, visit.location_id), visit.state in LIVE
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.revision if live else visit.revision + 1)
    event.add("dtstamp", now)
    event.add("dtstart", visit.starts_at.astimezone(zone))
    event.add("dtend", visit.ends_at.astimezone(zone))
    event.add("summary", phrase("calendar_summary", language).format(name=clinic.name), parameters={"LANGUAGE": language})
    event.add("location", (place.address or place.name) if place else "")
    event.add("description", _description(visit, language, phone), parameters={"LANGUAGE": language})
    event.add("organizer", _organizer(clinic, place))
    event.add("status", "CONFIRMED" if live else "CANCELLED")
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE" if live else "TRANSPARENT")
    return event


def _description(visit: Appointment, language: str, phone: str) -> str:
    lines = [phrase("calendar_come", language).format(time=clock_time(visit.local_time))]
    if visit.hands_on_after and visit.sessions:
        begins = clock_time(clock.local(visit.hands_on_at, visit.zone))
        lines.append(phrase("calendar_begins", language).format(time=begins))
    lines.append(phrase("calendar_phone", language).format(phone=phone))
    return "\n".join(lines)


def _organizer(clinic: Clinic, place: Location | None) -> vCalAddress:
    """RFC 5546 asks for one in every file. Calendar programs answer to it: where answers are read, it is who the mail came from."""
    sender, own = setting.sender_address(clinic), place.reply_address if place else ""
    organizer = vCalAddress(f"mailto:{sender if setting.reads_answers() else own or clinic.reply_address or sender}")
    organizer.params["CN"] = vText(clinic.name)
    return organizer


@lru_cache(maxsize=16)
def zone_rules(name: str) -> Component:
    """The rules of a zone, kept: finding them takes longer than the rest of the file."""
    moment = Event()
    moment.add("dtstart", datetime(2026, 6, 1, tzinfo=ZoneInfo(name)))
    calendar = Calendar()
    calendar.add_component(moment)
    calendar.add_missing_timezones(first_date=FIRST_DAY)
    found = next((part for part in calendar.subcomponents if part.name == "VTIMEZONE"), None)
    if found is None:
        raise LookupError(f"no rules for the zone {name}")
    return found
