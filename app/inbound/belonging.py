"""Whose a mail that nobody knew may be, and what a report of a mail server can be about. Questions only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app.inbound import matching
from app.inbound.bounces import LATEST
from app.inbound.reading import Fate, What
from app.patients.queries import present
from app.patients.rows import Row, rows_of
from models.base import db
from models.inbound import IncomingMail
from models.message import Message
from models.patient import Patient


def likely(row: IncomingMail, now: datetime) -> list[Row]:
    """Patients known at an address that the mail names as not reached, or that it came from; and the one it says it is about."""
    addresses = {str(one).lower() for one in (row.sender, *row.facts.get("recipients", ())) if one}
    ids = {*(matching.owners_of(addresses) if addresses else ()), *([row.patient_id] if row.patient_id else ())}
    found = db.session.scalars(present().where(Patient.id.in_(ids)).order_by(Patient.sort_key, Patient.id)).all() if ids else ()
    return rows_of(found, now)


def fate(row: IncomingMail) -> Fate | None:
    """What a report says became of a mail to the address that a person names; None where it is no report of that, or is forgotten.

    Where the report does not say why, or cannot be read, whoever names the address says that it does not exist.
    """
    if row.what not in (What.BOUNCE, What.UNREADABLE) or not (row.text or row.facts):
        return None
    said = Fate(row.facts.get("fate", Fate.UNCLEAR))
    if said in (Fate.DELAYED, Fate.DELIVERED):
        return None
    return Fate.NO_SUCH_ADDRESS if said is Fate.UNCLEAR else said


def addresses(patient: Patient, row: IncomingMail) -> list[str]:
    """Where this patient is written to, or was in the days before the mail came."""
    span = Message.settled_at.between(row.came_at - LATEST, row.came_at)
    mailed = select(func.lower(Message.address)).where(Message.patient_id == patient.id, span).distinct()
    every = [patient.email, *(contact.email for contact in patient.contacts), *sorted(db.session.scalars(mailed))]
    return list(dict.fromkeys(one.lower() for one in every if one))
