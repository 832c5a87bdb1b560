"""Hours offered: working hours of those who treat, within opening hours, without absences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from app import cached
from app.clinic import queries as clinic_queries
from app.planning.resources import Person
from app.reports.asked import Asked
from app.schedule.free.resources import people
from app.schedule.free.working_days import open_spans
from models.base import db
from models.clinic import Location
from models.staff import TREATING


def minutes_offered(asked: Asked) -> dict[int, int]:
    """The minutes that everybody who treats was there for patients, by their ids. Kept while hours, people and rooms stay."""
    key = ("offered", asked.first, asked.last, asked.places)
    offered = cached.while_the_house_stands(key, lambda: _offered(asked))
    return {who: minutes for who, minutes in offered.items() if asked.staff_id in (None, who)}


def _offered(asked: Asked) -> dict[int, int]:
    there = [person for person in people(asked.first, asked.last, {}) if TREATING & person.roles]
    calendars = [clinic_queries.calendar(db.session.get_one(Location, key)) for key in asked.places]
    found = {person.id: 0 for person in there}
    for day in _days(asked):
        spans = {span for calendar in calendars for span in open_spans(calendar, day)}
        opens, closes = min((s for s, _e in spans), default=0), max((e for _s, e in spans), default=0)
        for person in there:
            found[person.id] += _inside(person, day, opens, closes)
    return {who: minutes for who, minutes in found.items() if minutes}


def _inside(person: Person, day: date, opens: int, closes: int) -> int:
    return sum(max(0, min(end, closes) - max(start, opens)) for start, end in person.hours[day])


def _days(asked: Asked) -> Iterator[date]:
    return (asked.first + timedelta(days=n) for n in range((asked.last - asked.first).days + 1))
