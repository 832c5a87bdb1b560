"""Preparation and aftercare of one visit, composed from every session in it: each line once, nothing that is already over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from app.library import care
from app.library.health import rules_for
from app.library.loader import shipped
from app.library.names import Names
from app.library.protocol import ProtocolContent
from app.library.vocabulary import Window
from app.messages.letter.reader import Reader
from app.planning.findings import PatientFacts
from app.planning.health_questions import to_ask
from models.patient import Patient

PREGNANCY = frozenset({"pregnant", "breastfeeding"})
USUAL = "usual"
GENERAL_LINES = ("any", "gradual")
"""Honesty lines that the mails' own last sentence already says."""


@dataclass(frozen=True)
class PreparationDay:
    """Lines of preparation from one day on; `since` is empty for what holds at once."""

    since: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class CareWindow:
    """Lines of aftercare for a span of time, under its name. `until`: when it is over; None for what is usual, which asks for nothing."""

    name: str
    lines: tuple[str, ...]
    until: datetime | None = None


@dataclass(frozen=True)
class Aftercare:
    """What follows a visit. `gradual`: results build up; `honesty`: lines that are never removed."""

    windows: tuple[CareWindow, ...]
    red_flags: tuple[str, ...]
    gradual: bool
    honesty: tuple[str, ...]


def preparation(
    contents: Iterable[ProtocolContent], patient: Patient, visit_day: date, today: date, reader: Reader
) -> tuple[PreparationDay, ...]:
    """What to prepare before a visit, earliest first. Past points are reworded or left out."""
    contents = list(contents)
    lines = care.preparation(contents, shipped(), (visit_day - today).days, asked_of(contents, patient, visit_day))
    days = []
    for since, group in groupby(lines, key=lambda line: "" if line.late else reader.plain_day(visit_day - timedelta(days=line.lead_days))):
        days.append(PreparationDay(since, tuple(_text(line.text, reader) for line in group)))
    return tuple(days)


def aftercare(contents: Iterable[ProtocolContent], ended: datetime, now: datetime, reader: Reader, emergency: str) -> Aftercare:
    """What to do and when to call after a visit that ended at a moment; windows that are over are left out."""
    contents, library = list(contents), shipped()
    hours = max(0.0, (now - ended).total_seconds() / 3600)
    told = care.aftercare(contents, library, hours)
    keys = {key for content in contents for key in content.honesty}
    own = [line for key in GENERAL_LINES for line in (library.honesty[key].text, library.honesty[key].discreet)]
    honesty = [line for line in care.honesty(contents, library, discreet=not reader.full) if line not in own]
    return Aftercare(
        windows=tuple(_window(window, lines, ended, reader) for window, lines in told),
        red_flags=red_flags(contents, reader, emergency),
        gradual="gradual" in keys,
        honesty=tuple(_text(line, reader) for line in honesty),
    )


def _window(window: Window, lines: tuple[Names, ...], ended: datetime, reader: Reader) -> CareWindow:
    until = None if window.key == USUAL else ended + timedelta(hours=window.to_hours)
    return CareWindow(_text(window.names, reader), tuple(_text(line, reader) for line in lines), until)


def red_flags(contents: Iterable[ProtocolContent], reader: Reader, emergency: str) -> tuple[str, ...]:
    """Signs to call about, those of life and sight first."""
    flags = care.red_flags(contents, shipped())
    return tuple(_text(flag.text, reader).replace("{emergency_number}", emergency) for flag in flags)


def asked_of(contents: Iterable[ProtocolContent], patient: Patient, day: date) -> frozenset[str]:
    """The health questions that can apply to this patient on a day (pregnancy only where it can apply)."""
    facts = PatientFacts(
        sex=patient.sex.value, born=patient.birth_date, not_asked=PREGNANCY if patient.never_ask_pregnancy else frozenset()
    )
    return frozenset(to_ask(rules_for(contents, shipped()), facts, day))


def only_on(area: str, contents: Iterable[ProtocolContent]) -> bool:
    """Whether everything done in a visit lies on one part of the body."""
    library = shipped()
    return all(library.contains(area, content.area) for content in contents)


def _text(names: Names, reader: Reader) -> str:
    return names.in_(reader.language)
