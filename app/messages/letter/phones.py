"""Which number to dial, when: by day, at night and on closed days, and in an emergency, from opening hours and closures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import phonenumbers
from babel.dates import get_day_names

from app.formats import clock_time, plain_day
from app.hours import Calendar, Span, written
from app.library.loader import shipped
from app.messages.letter import zones
from app.messages.letter.rendering import phrase
from models import clock
from models.clinic import Clinic

CLOSURES_SHOWN_FOR = 7
"""Days ahead for which a mail names the days the telephone is not answered."""


@dataclass(frozen=True)
class Phone:
    """A number as it is read and as it is dialled."""

    shown: str
    dialled: str

    def __bool__(self) -> bool:
        return bool(self.dialled)

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True)
class Phones:
    """Every number of a mail or a page. `night` is empty where the clinic has none; `now` is the one answered now, and
    `tonight` the one that is answered until tomorrow: of whoever is on call, else the clinic's. A mail is read again later,
    so that what it says for any night is `night`.

    `replies`: what these numbers stand in can be answered in writing; not so what is said on the telephone.
    """

    day: Phone
    night: Phone
    now: Phone
    tonight: Phone
    hours: str
    emergency: str
    replies: bool = True


def phones(clinic: Clinic, calendar: Calendar, now: datetime, language: str, zone: str | None, on_call: str = "", own: str = "") -> Phones:
    """The numbers for a reader in a zone (None: the clinic's), in a language. `on_call`: the number of whoever is on call now;
    `own`: that of the place which is written about.
    """
    here = clock.local(now, clinic.zone)
    day, night = phone(own or clinic.phone, clinic.country), phone(clinic.phone_out_of_hours, clinic.country)
    tonight = phone(on_call, clinic.country) or night or day
    return Phones(
        day=day,
        night=night,
        now=day if calendar.is_open_at(here) else tonight,
        tonight=tonight,
        hours=hours_in_words(calendar, here.date(), language),
        emergency=emergency_number(clinic, zone, language),
    )


def phone(number: str, country: str) -> Phone:
    """A stored number as it is shown (+90 216 555 01 02) and dialled (+902165550102)."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return Phone(number, "".join(c for c in number if c.isdigit() or c == "+"))
    return Phone(
        phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
        phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
    )


def emergency_number(clinic: Clinic, zone: str | None, language: str) -> str:
    """Whom to call when it cannot wait, where the reader is: the clinic's number at home, 112 where it is answered, else in words."""
    if zone is None or zone == clinic.zone:
        return clinic.emergency_number
    words = shipped().variables["emergency_number"]
    if zones.answers_112(zone):
        return str(words["eu"])
    elsewhere = words["elsewhere"]
    assert isinstance(elsewhere, dict)
    return str(elsewhere.get(language) or elsewhere["en"])


def hours_in_words(calendar: Calendar, today: date, language: str) -> str:
    """Monday–Friday 09:00–18:00, Saturday 10:00–14:00; and what is closed in the days to come."""
    usual = Calendar(calendar.openings)
    week = [today + timedelta(days=n - today.weekday()) for n in range(7)]
    parts = _week_in_words([usual.open_on(day) for day in week], language)
    return "; ".join(filter(None, [", ".join(parts), ", ".join(_closures(calendar, usual, today, language))]))


def _week_in_words(week: list[list[Span]], language: str) -> list[str]:
    names = get_day_names("wide", locale=language)
    parts = []
    for spans, group in groupby(range(7), key=lambda n: week[n]):
        days = list(group)
        if not spans:
            continue
        first, last = names[days[0]], names[days[-1]]
        whole_week, pair = len(days) == 7, f"{first}–{last}" if len(days) > 1 else first
        parts.append(f"{phrase('every_day', language) if whole_week else pair} {written(spans)}")
    return parts


def _closures(calendar: Calendar, usual: Calendar, today: date, language: str) -> list[str]:
    told = []
    for day in (today + timedelta(days=n) for n in range(CLOSURES_SHOWN_FOR + 1)):
        before, after = usual.open_on(day), calendar.open_on(day)
        if before and not after:
            told.append(f"{plain_day(day, language)}: {phrase('closed', language)}")
        elif before != after:
            told.append(f"{plain_day(day, language)}: {phrase('closes_at', language)} {clock_time(after[-1][1])}")
    return told
