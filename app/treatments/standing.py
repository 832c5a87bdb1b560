"""How patients stand: sessions with their verdicts, windows, bookings outside them, mails. Taken before and after, and compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from app.formats import local_moment, local_time, short_day_of_year
from app.i18n import _, language
from app.names import message_name
from app.planning.bands import Band
from app.series import rows as series_rows
from app.series.contents import content
from app.series.reading import Reading, SessionLine, read_all
from app.series.words import verdict_words
from app.today import today_of, zone
from models.appointment import COMING
from models.base import db
from models.message import Message, MessageState
from models.patient import Patient

Key = TypeVar("Key")
WAITS = (MessageState.WAITING, MessageState.CLAIMED)


@dataclass(frozen=True)
class Standing:
    """Lines in words, each under a key that is the same before and after. `mails`: those that wait, with the moment they go."""

    sessions: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    windows: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    outside: dict[int, str] = field(default_factory=dict)
    mails: dict[tuple[str, str, int, str], tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One thing that is another afterwards. `before` or `after` empty: it was not there, or is not there any more."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """What is different afterwards: verdicts of sessions, windows, visits that then lie outside theirs, mails."""

    sessions: list[Change]
    windows: list[Change]
    outside: list[str]
    mails: list[Change]


def standing_of(patient_ids: Collection[int], now: datetime) -> Standing:
    """How these patients stand now."""
    found = Standing()
    courses = series_rows.courses_of(patient_ids)
    for reading in read_all(courses, today_of(now)).values():
        who = _who(reading, several=len(patient_ids) > 1)
        for line in reading.lines:
            _note(line, reading, who, found)
    _note_mails(patient_ids, found)
    return found


def changes(before: Standing, after: Standing) -> Changes:
    """What became different."""
    outside = [words for key, words in after.outside.items() if key not in before.outside]
    return Changes(_differ(before.sessions, after.sessions), _differ(before.windows, after.windows), outside,
                   _differ(before.mails, after.mails))  # fmt: skip


def _differ(before: Mapping[Key, tuple[str, str]], after: Mapping[Key, tuple[str, str]]) -> list[Change]:
    found = []
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key, ("", "")), after.get(key, ("", ""))
        if old[1] != new[1]:
            found.append(Change(new[0] or old[0], old[1], new[1]))
    return found


def _who(reading: Reading, *, several: bool) -> str:
    name = content(reading.course).names.in_(language())
    return f"{reading.course.plan.patient.name} · {name}" if several else name


def _note(line: SessionLine, reading: Reading, who: str, found: Standing) -> None:
    course = reading.course
    if line.verdict is not None and line.session is not None:
        words = " · ".join(part for part in (_day(line), _("session %(n)s", n=line.label) if line.label else "",
                                             verdict_words(line.verdict.kind)) if part)  # fmt: skip
        found.sessions[course.id, line.session.id] = (who, words)
    elif line.due is not None and line.due.earliest is not None:
        named = _("%(name)s, session %(n)s", name=who, n=line.label)
        found.windows[course.id, line.label] = (named, _window(line))
    if line.visit is not None and line.session is not None and (wrong := _wrong(line)) is not None:
        found.outside[line.session.id] = f"{who}, {local_moment(line.visit.starts_at, line.visit.zone, language())}: {wrong}"


def _wrong(line: SessionLine) -> str | None:
    """Why the visit of a session must be moved, or is not needed; None where it may stay, or a physician has allowed it."""
    if line.visit is None or line.visit.state not in COMING or (line.session and line.session.override_why):
        return None
    if line.left_over:
        return _("not needed any more")
    return {Band.TOO_EARLY: _("too early"), Band.OVERDUE: _("overdue")}.get(line.band) if line.band else None


def _day(line: SessionLine) -> str:
    """When it was done, with the time it ended where that is known."""
    day = short_day_of_year(line.day, language()) if line.day else ""
    ended = line.session.performed_end if line.session else None
    return f"{day} {local_time(ended, zone())}".strip() if ended else day


def _window(line: SessionLine) -> str:
    assert line.due is not None
    days = (line.due.earliest, line.due.recommended, line.due.latest)
    first, best, last = (short_day_of_year(day, language()) if day else "" for day in days)
    return _("best %(best)s, possible %(first)s – %(last)s", best=best, first=first, last=last or "…")


def _note_mails(patient_ids: Iterable[int], found: Standing) -> None:
    people = {one.id: one.name for one in db.session.scalars(select(Patient).where(Patient.id.in_(patient_ids)))}
    waiting = select(Message).where(Message.patient_id.in_(patient_ids), Message.state.in_(WAITS)).order_by(Message.due_at, Message.id)
    for message in db.session.scalars(waiting):
        who = f"{people[message.patient_id or 0]}: " if len(people) > 1 else ""
        key = (message.kind, message.subject_type, message.subject_id, message.cycle)
        found.mails[key] = (who + message_name(message.kind), local_moment(message.due_at, zone(), language()))
