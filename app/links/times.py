"""The page on which a patient chooses a time: another one, the place kept until it is taken, or one for a session without a visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.forms import iso_day
from app.links.queries import Opened, Standing
from app.messages.links import Purpose
from app.planning.visit import Slot
from app.schedule import invited
from app.schedule.free.choosing import Choices, day_of
from app.schedule.move import by_patient
from app.schedule.move.by_patient import Asking
from app.today import zone
from models.appointment import Appointment

TAKE = "take"


def chosen_time(opened: Opened, typed: str) -> str:
    """The time that a press on this link takes; empty where it takes none."""
    if opened.standing is Standing.OPEN and opened.purpose is Purpose.OFFER:
        return opened.link.argument
    return typed if is_about_times(opened, Purpose.OTHER_TIME) else ""


def offered_time(opened: Opened, now: datetime) -> Slot | None:
    """The time that an offer's link names, while it is free and the visit may go there."""
    visit, value = opened.one_visit, opened.link.argument
    return Asking(visit, now, on=day_of(value)).slot_of(value) if visit is not None else None


@dataclass(frozen=True)
class TimesPage:
    """Each day in words with its times: what the form sends, and the clock's words. `earlier`, `later`: days of other pages.
    `visit` None: there is none yet."""

    visit: Appointment | None
    days: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    earlier: date | None
    later: date | None


def is_about_times(opened: Opened, wanted: str) -> bool:
    """The link asks for a time; the one to cancel does where that is wanted."""
    asks = opened.purpose in (Purpose.OTHER_TIME, Purpose.NEW_TIME) or (opened.purpose is Purpose.CANCEL and wanted == Purpose.OTHER_TIME)
    return asks and opened.standing is Standing.OPEN


def times_page(opened: Opened, since: str, now: datetime) -> TimesPage | None:
    """The days from the asked one on; None where no time can be offered, so that a person must call."""
    visit, reader = opened.one_visit if opened.purpose is not Purpose.NEW_TIME else None, opened.reader
    found = by_patient.choices(visit, now, _day(since)) if visit else _first_times(opened, since, now)
    if not found.days:
        return None
    there = visit.zone if visit else zone()
    days = tuple(
        (reader.plain_day(free.day), tuple((value, reader.time(start, there)) for value, start in free.times)) for free in found.days
    )
    return TimesPage(visit, days, found.earlier, found.later)


def _first_times(opened: Opened, since: str, now: datetime) -> Choices:
    """For a session that has no visit yet."""
    course = opened.invites_to
    return invited.choices(course, now, _day(since)) if course else Choices()


def _day(text: str) -> date | None:
    try:
        return iso_day(text)
    except ValueError:
        return None
