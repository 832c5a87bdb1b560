"""A message as it would be, for somebody to look at: about what this kind would tell this patient now. Nothing is written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.messages.kind import Kind
from app.messages.kinds import KINDS
from app.messages.patient_facts import PatientFacts, facts_of
from models.appointment import Appointment
from models.base import db
from models.message import Message, MessageClass

About = tuple[str, int, dict[str, object]]
_OF_CHANGES = frozenset({"booked", "plan_summary"})
"""Kinds about a change that can be shown without one: of the visits that stand."""


def kinds() -> list[str]:
    """The kinds of mails to patients, in the order of a series."""
    return [name for name, kind in KINDS.items() if kind.message_class is not MessageClass.INTERNAL]


def sample(kind_name: str, patient_id: int, now: datetime) -> Message | None:
    """A message of this kind that no table knows; None where there is nothing it could tell this patient.

    The last one of this kind tells what it is about; else what the facts call for; else the visit or course that is nearest.
    """
    kind, facts = KINDS[kind_name], facts_of(patient_id, now)
    about = _as_the_last(kind, patient_id) or _as_wanted(kind, facts) or _nearest(kind, facts)
    if about is None:
        return None
    subject_type, subject_id, told = about
    return Message(
        kind=kind.name, subject_type=subject_type, subject_id=subject_id, cycle="", facts=told, patient_id=patient_id,
        urgency=kind.urgency, message_class=kind.message_class, due_at=now, try_at=now, planned_at=now, message_id="<sample>",
    )  # fmt: skip


def _as_the_last(kind: Kind, patient_id: int) -> About | None:
    query = select(Message).where(Message.patient_id == patient_id, Message.kind == kind.name)
    last = db.session.scalar(query.order_by(Message.id.desc()).limit(1))
    return (last.subject_type, last.subject_id, dict(last.facts)) if last else None


def _as_wanted(kind: Kind, facts: PatientFacts) -> About | None:
    wanted = next(iter(kind.wanted(facts)), None)
    return (wanted.subject_type, wanted.subject_id, dict(wanted.facts)) if wanted else None


def _nearest(kind: Kind, facts: PatientFacts) -> About | None:
    if kind.subject_type == "appointment":
        visit = facts.coming[0].row if facts.coming else facts.visits[-1].row if facts.visits else None
        return ("appointment", visit.id, {"visits": [visit.id], "asks": True}) if visit else None
    if kind.subject_type == "course" and facts.courses:
        return "course", facts.courses[-1].id, {}
    if kind.subject_type == "treatment_session" and facts.performed:
        return "treatment_session", facts.performed[-1].id, {"course": facts.performed[-1].course_id}
    if kind.name in _OF_CHANGES and facts.coming:
        return "change_set", 0, _as_booked([visit.row for visit in facts.coming])
    return ("patient", facts.patient.id, {}) if kind.subject_type == "patient" else None


def _as_booked(visits: list[Appointment]) -> dict[str, object]:
    lines = [{"visit": visit.id, "old": None, "new": visit.starts_at.isoformat()} for visit in visits]
    return {"changes": lines, "plan": visits[0].plan_id}
