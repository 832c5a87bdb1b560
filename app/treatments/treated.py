"""What is recorded of a visit, one by one: each of its sessions, or the touching-up of a course, which has no session."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import language
from app.names import visit_name
from app.schedule import rows
from app.schedule.session_words import SessionWords, session_words
from app.series.contents import content
from models.appointment import Appointment, AppointmentSession, Outcome, VisitState
from models.base import db
from models.product import LotUse
from models.touch_up import TouchUp
from models.treatment import Course, TreatmentSession


@dataclass(frozen=True)
class Treated:
    """A session of the visit by its link; None: the visit itself, which touches the course up."""

    visit: Appointment
    course: Course
    link: AppointmentSession | None = None

    @property
    def session(self) -> TreatmentSession | None:
        return self.link.session if self.link else None

    @property
    def session_id(self) -> int | None:
        """What its line of the form is known by."""
        return self.link.session_id if self.link else None

    @property
    def words(self) -> SessionWords:
        """How it is named."""
        if self.link:
            return session_words(self.link)
        return SessionWords(content(self.course).names.in_(language()), visit_name(self.visit.kind), None, "")

    @property
    def seen(self) -> tuple[str, str]:
        """How the skin answered, and the note."""
        kept = self.session or db.session.get(TouchUp, self.visit.id)
        return (kept.reaction, kept.note) if kept else ("", "")

    def write_down(self, reaction: str, note: str) -> None:
        """What was seen; what was written before is written over."""
        kept = self.session or db.session.get(TouchUp, self.visit.id)
        if kept is None:
            kept = TouchUp(appointment_id=self.visit.id)
            db.session.add(kept)
        kept.reaction, kept.note = reaction, note

    def used(self) -> LotUse:
        """A line of what was used, belonging here."""
        return LotUse(session_id=self.session_id) if self.link else LotUse(appointment_id=self.visit.id)


def to_record(visit: Appointment) -> list[Treated]:
    """What is to be recorded, in the order in which it is done."""
    return _sessions(visit, Outcome.PLANNED) + (_touched_up(visit) if visit.state is not VisitState.DONE else [])


def recorded(visit: Appointment) -> list[Treated]:
    """What was recorded as done."""
    return _sessions(visit, Outcome.DONE) + (_touched_up(visit) if visit.state is VisitState.DONE else [])


def owner_of(use: LotUse, visit: Appointment) -> Treated:
    """What of the visit this was used for."""
    return next(one for one in recorded(visit) if one.session_id == use.session_id)


def _sessions(visit: Appointment, outcome: Outcome) -> list[Treated]:
    return [Treated(visit, link.session.course, link) for link in visit.sessions if link.outcome is outcome]


def _touched_up(visit: Appointment) -> list[Treated]:
    return [Treated(visit, course) for course in rows.courses_using(visit)] if not visit.sessions else []
