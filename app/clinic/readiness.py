"""What a clinic still lacks before its first visit: asked by the first steps, and by the doctor of the command line."""

from __future__ import annotations

from enum import StrEnum

from flask import current_app
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.clinic.queries import the_clinic
from models.base import db
from models.clinic import OpeningHours, Room
from models.message import Message, MessageState
from models.patient import Patient
from models.protocol import ProtocolVersion, VersionState
from models.staff import Role, StaffMember, WorkingHours


class Need(StrEnum):
    """One thing without which a clinic cannot work, in the order in which it is best set up."""

    TELEPHONE = "telephone"
    REPLY_ADDRESS = "reply_address"
    OPENING_HOURS = "opening_hours"
    ROOM = "room"
    MANAGER = "manager"
    PHYSICIAN = "physician"
    WORKING_HOURS = "working_hours"
    PROTOCOL = "protocol"
    MAIL_TEST = "mail_test"
    PATIENT = "patient"


def missing() -> list[Need]:
    """What is not there yet. Raises Refused before the clinic itself is."""
    clinic = the_clinic()
    active = db.session.scalars(select(StaffMember).where(StaffMember.active)).all()
    there = {
        Need.TELEPHONE: bool(clinic.phone),
        Need.REPLY_ADDRESS: bool(clinic.reply_address),
        Need.OPENING_HOURS: _any(OpeningHours.id > 0),
        Need.ROOM: _any(Room.active),
        Need.MANAGER: any(person.has_role(Role.MANAGER) for person in active),
        Need.PHYSICIAN: any(person.has_role(Role.PHYSICIAN) for person in active),
        Need.WORKING_HOURS: _any(WorkingHours.staff_id.in_([person.id for person in active if person.skills])),
        Need.PROTOCOL: _any(ProtocolVersion.state == VersionState.APPROVED),
        Need.MAIL_TEST: _a_mail_went(),
        Need.PATIENT: _any(Patient.id > 0),
    }
    return [need for need in Need if not there[need]]


def _a_mail_went() -> bool:
    """By the way that is in use now: to a patient, or a test. Where mail is kept on this machine, a file is all that can be."""
    went = (MessageState.SENT, MessageState.FILED) if current_app.extensions["transport"].keeps_mail_here else (MessageState.SENT,)
    return _any(and_(Message.state.in_(went), or_(Message.patient_id.is_not(None), Message.kind == "words_test")))


def _any(condition: ColumnElement[bool] | InstrumentedAttribute[bool]) -> bool:
    return db.session.scalar(select(1).where(condition).limit(1)) is not None
