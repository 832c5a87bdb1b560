"""What a clinic still lacks before its first visit: asked by the first steps, and by the doctor of the command line."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from app.clinic.queries import the_clinic
from models.base import db
from models.clinic import OpeningHours, Room
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
        Need.PATIENT: _any(Patient.id > 0),
    }
    return [need for need in Need if not there[need]]


def _any(condition: ColumnElement[bool] | InstrumentedAttribute[bool]) -> bool:
    return db.session.scalar(select(1).where(condition).limit(1)) is not None
