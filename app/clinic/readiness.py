"""What a clinic still lacks before its first visit: asked by the first steps, and by the doctor of the command line."""

from __future__ import annotations

from collections.abc import Mapping
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
    """What is not there yet, in the order of Need. Raises Refused before the clinic itself is."""
    lacking = {*missing_in_the_house(), *missing_in_its_life()}
    return [need for need in Need if need in lacking]


def missing_in_the_house() -> list[Need]:
    """The part that is answered by who and what there is (models.changes.HOUSE)."""
    clinic = the_clinic()
    active = db.session.scalars(select(StaffMember).where(StaffMember.active)).all()
    return _not_there({
        Need.TELEPHONE: bool(clinic.phone),
        Need.REPLY_ADDRESS: bool(clinic.reply_address),
        Need.OPENING_HOURS: _any(OpeningHours.id > 0),
        Need.ROOM: _any(Room.active),
        Need.MANAGER: any(person.has_role(Role.MANAGER) for person in active),
        Need.PHYSICIAN: any(person.has_role(Role.PHYSICIAN) for person in active),
        Need.WORKING_HOURS: _any(WorkingHours.staff_id.in_([person.id for person in active if person.skills])),
    })  # fmt: skip


def missing_in_its_life() -> list[Need]:
    """The part that is answered by what was done since, in one question."""
    asked = (ProtocolVersion.state == VersionState.APPROVED, _a_mail_went(), Patient.id > 0)
    there = db.session.execute(select(*(select(1).where(condition).exists() for condition in asked))).one()
    return _not_there(dict(zip((Need.PROTOCOL, Need.MAIL_TEST, Need.PATIENT), there, strict=True)))


def _not_there(there: Mapping[Need, bool]) -> list[Need]:
    return [need for need, is_there in there.items() if not is_there]


def _a_mail_went() -> ColumnElement[bool]:
    """By the way that is in use now: to a patient, or a test. Where mail is kept on this machine, a file is all that can be."""
    went = (MessageState.SENT, MessageState.FILED) if current_app.extensions["transport"].keeps_mail_here else (MessageState.SENT,)
    return and_(Message.state.in_(went), or_(Message.patient_id.is_not(None), Message.kind == "words_test"))


def _any(condition: ColumnElement[bool] | InstrumentedAttribute[bool]) -> bool:
    return db.session.scalar(select(1).where(condition).limit(1)) is not None
