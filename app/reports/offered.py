"""Hours offered: working hours of those who treat, within opening hours, without absences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from app import cached
from app.clinic import queries as clinic_queries
from app.hours import Calendar
from app.planning.day_map import minutes_of
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
    found: dict[int, int] = defaultdict(int)
    places = [(_calendar(key), _treating(asked, key)) for key in asked.places]
    for day in _days(asked):
        there: dict[int, int] = defaultdict(int)
        for calendar, people_there in places:
            spans = open_spans(calendar, day)
            opens = minutes_of([(spans[0][0], spans[-1][1])]) if spans else 0
            for person in people_there:
                there[person.id] |= opens & minutes_of(person.hours[day])  # nobody is there twice at once
        for who, minutes in there.items():
            found[who] += minutes.bit_count()
    return {who: minutes for who, minutes in found.items() if minutes}


def _calendar(place_id: int) -> Calendar:
    return clinic_queries.calendar(db.session.get_one(Location, place_id))


def _treating(asked: Asked, place_id: int) -> list[Person]:
    return [person for person in people(asked.first, asked.last, {}, place_id) if TREATING & person.roles]


def _days(asked: Asked) -> Iterator[date]:
    return (asked.first + timedelta(days=n) for n in range((asked.last - asked.first).days + 1))
