"""Which mail of ours, which patient and which visit something that came in is about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask import current_app
from sqlalchemy import func, or_, select

from app.inbound.reading import Answer, CalendarAnswer, Post
from app.messages import return_path
from app.patients.queries import as_of_today, present
from app.patients.reach import reach_at
from config import Config
from models.appointment import Appointment
from models.base import db
from models.contact import Contact
from models.message import Message
from models.patient import Patient

MOST_OWNERS = 10


def message_of(post: Post) -> Message | None:
    """Our mail that it names: by the address that mail alone had, else by its Message-ID."""
    settings: Config = current_app.extensions["seans"]
    by_path = return_path.message_of(post.to, settings.return_path)
    if by_path is not None or not post.about:
        return by_path
    found = {row.message_id: row for row in db.session.scalars(select(Message).where(Message.message_id.in_(post.about)))}
    return next((found[named] for named in post.about if named in found), None)


def patient_of(post: Post, message: Message | None) -> Patient | None:
    """Who wrote: the patient of the mail that is answered, else whose address it is, or of somebody beside whom. Of several, who
    was mailed last.

    A record that was joined with another leads to that one; an erased one to nobody.
    """
    if message is not None and message.patient is not None:
        return as_of_today(message.patient)
    if not post.sender:
        return None
    here = (Patient.merged_into_id.is_(None), Patient.erased_at.is_(None))
    last = select(func.max(Message.id)).where(Message.patient_id == Patient.id).correlate(Patient).scalar_subquery()
    beside = select(Contact.patient_id).where(func.lower(Contact.email) == post.sender)
    query = select(Patient).where(or_(func.lower(Patient.email) == post.sender, Patient.id.in_(beside)), *here)
    return db.session.scalar(query.order_by(func.coalesce(last, 0).desc(), Patient.id).limit(1))


def visit_of(calendar: CalendarAnswer) -> Appointment | None:
    """The visit whose event this is."""
    return db.session.scalar(select(Appointment).where(Appointment.uid == calendar.uid))


def owners_of(addresses: Collection[str]) -> list[int]:
    """The patients whose address one of these is, or of somebody beside whom."""
    beside = select(Contact.patient_id).where(func.lower(Contact.email).in_(addresses))
    query = present().where(or_(func.lower(Patient.email).in_(addresses), Patient.id.in_(beside)))
    return list(db.session.scalars(query.with_only_columns(Patient.id).order_by(Patient.id).limit(MOST_OWNERS)))


def may_answer(patient: Patient, address: str, answer: Answer, today: date) -> bool:
    """Whoever is written to about the patient now has this address, and answers with no more than a link would let them do.

    Who had the address before, or got a mail by mistake, keeps the event in a calendar and answers for nobody. Whom the file itself
    names as answering is not asked: anybody can write that into it.
    """
    reach = reach_at(patient, address, today)
    return reach is not None and (reach.asks_changes or answer is not Answer.DECLINED)
