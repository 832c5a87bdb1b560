"""What every page of the schedule asks first: who looks, at what moment, on which day of the clinic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import abort

from app import sessions
from app.clinic import queries as clinic_queries
from app.front_door import page_context, where
from app.permissions import Permission
from app.schedule import guards
from app.schedule.day.next_steps import Asker
from app.schedule.day.presenters import asker_of
from app.sessions import Person
from models import clock
from models.appointment import Appointment
from models.base import db
from models.clinic import Clinic


@dataclass(frozen=True)
class Here:
    """The moment and the person of a request, and at which place they look."""

    now: datetime
    zone: str
    person: Person
    asker: Asker
    place_id: int

    @property
    def today(self) -> date:
        return clock.day_of(self.now, self.zone)

    @property
    def clinic(self) -> Clinic:
        """The whole row, for pages that need more of it than its zone."""
        return clinic_queries.the_clinic()

    @property
    def clinical(self) -> bool:
        """May read why, not only what to do."""
        return self.asker.may(Permission.SEE_CLINICAL)


def here() -> Here:
    """The present request. Only for pages behind a lock: somebody is signed in."""
    person = sessions.person()
    assert person is not None
    clinic = page_context.frame()
    return Here(clock.now(), clinic.zone, person, asker_of(person, clinic.reception_records_done), where.looked_at())


def visit_or_404(appointment_id: int) -> Appointment:
    """The visit of a page."""
    return db.session.get(Appointment, appointment_id) or abort(404)


def visit_alone(appointment_id: int) -> Appointment:
    """The visit as it is now, inside the transaction to whose end nobody else changes visits of its place.

    For whoever compares it with what a page showed: of two who saw the same, only one goes on.
    """
    found = visit_or_404(appointment_id)
    guards.alone(found.location_id, found)
    return found
