"""How many of the agreed sessions are used up: what counts by itself, and what staff said about it (docs/rules.md).

A session that was done counts, unless it was too early or is none of the series; a no-show does not. Staff may say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.series.reading import Reading
from models.agreement import AgreementWord
from models.appointment import Appointment, AppointmentSession, Outcome, VisitState
from models.base import db
from models.treatment import Course

Key = tuple[int, int | None]
"""A session that was done, or with its visit one to which the patient did not come."""


@dataclass(frozen=True)
class Used:
    """One session done, or one no-show. `word`: what staff said; without one it counts as it does by itself."""

    session_id: int
    visit_id: int | None
    day: date
    label: str
    by_itself: bool
    word: AgreementWord | None

    @property
    def counts(self) -> bool:
        return self.word.counts if self.word else self.by_itself


@dataclass(frozen=True)
class Balance:
    """Agreed with the patient, and used up."""

    total: int
    used: int


def balance(reading: Reading) -> Balance | None:
    """Where a course stands; None where no number was agreed."""
    if not reading.course.agreed_sessions:
        return None
    return Balance(reading.course.agreed_sessions, sum(one.counts for one in uses(reading)))


def uses(reading: Reading) -> list[Used]:
    """Every session that was done and every no-show, by day."""
    words = _words(reading.course)
    found = [
        Used(line.session.id, None, line.day, line.label, line.verdict.satisfies, words.get((line.session.id, None)))
        for line in reading.lines if line.session and line.verdict and line.day
    ]  # fmt: skip
    for link in _no_shows(reading.course):
        key = link.session_id, link.appointment_id
        found.append(Used(*key, link.appointment.local_day, "", by_itself=False, word=words.get(key)))
    return sorted(found, key=lambda one: one.day)


def _words(course: Course) -> Mapping[Key, AgreementWord]:
    """The last word about each."""
    mine = select(AgreementWord).where(AgreementWord.session_id.in_([session.id for session in course.sessions]))
    return {(one.session_id, one.appointment_id): one for one in db.session.scalars(mine.order_by(AgreementWord.id))}


def _no_shows(course: Course) -> list[AppointmentSession]:
    """Each visit of the course to which the patient did not come."""
    query = select(AppointmentSession).join(AppointmentSession.appointment).options(contains_eager(AppointmentSession.appointment)).where(
        AppointmentSession.session_id.in_([session.id for session in course.sessions]),
        AppointmentSession.outcome == Outcome.MISSED, Appointment.state == VisitState.NO_SHOW,
    )  # fmt: skip
    return list(db.session.scalars(query))
