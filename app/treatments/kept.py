"""The record of a visit as data: what stood in it before it was corrected, so that it can be shown, and written again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.schedule.numbing import actions as numbing
from models.appointment import Appointment, Outcome
from models.base import db
from models.numbing import CreamUse
from models.product import LotUse
from models.touch_up import TouchUp
from models.treatment import SessionState, TreatmentSession


def uses_of(visit: Appointment) -> Sequence[LotUse]:
    """What was used in a visit and is not struck through."""
    mine = LotUse.session_id.in_([link.session_id for link in visit.sessions]) | (LotUse.appointment_id == visit.id)
    return db.session.scalars(select(LotUse).where(mine, LotUse.voided_at.is_(None)).order_by(LotUse.id)).all()


def span(session: TreatmentSession) -> tuple[datetime, datetime]:
    """When a performed session began and ended."""
    assert session.performed_at is not None
    return session.performed_at, session.performed_end or session.performed_at


def written(visit: Appointment) -> dict[str, Any]:
    """What is written down of a visit that is done."""
    return {
        "sessions": [_session(link.session) for link in visit.sessions if link.outcome is Outcome.DONE],
        "uses": [{"id": use.id, "used_at": use.used_at.isoformat()} for use in uses_of(visit)],
        "creams": [cream.id for cream in numbing.uses_of(visit)],
        "touched_up": [[one.reaction, one.note] for one in _touched_up(visit)],
    }


def write_again(visit: Appointment, old: Mapping[str, Any]) -> None:
    """Write down what stood there."""
    by_id = {one["id"]: one for one in old["sessions"]}
    for link in visit.sessions:
        if (was := by_id.get(link.session_id)) is not None:
            fill(link.session, was)
            link.outcome = Outcome.DONE
    for one in old["uses"]:
        use = db.session.get_one(LotUse, one["id"])
        use.voided_at, use.used_at = None, datetime.fromisoformat(one["used_at"])
    for key in old.get("creams", ()):
        db.session.get_one(CreamUse, key).voided_at = None
    for reaction, note in old.get("touched_up", ()):
        db.session.add(TouchUp(appointment_id=visit.id, reaction=reaction, note=note))


def forget_touch_up(visit: Appointment) -> None:
    """Nothing was touched up; what was seen stands with the correction."""
    for one in _touched_up(visit):
        db.session.delete(one)


def fill(session: TreatmentSession, was: Mapping[str, Any]) -> None:
    """The session was performed as this says."""
    session.performed_on, session.performed_by_id = date.fromisoformat(was["on"]), was["by"]
    session.performed_at, session.performed_end = datetime.fromisoformat(was["at"]), datetime.fromisoformat(was["end"])
    session.reaction, session.note = was["reaction"], was["note"]
    if session.state is not SessionState.DONE:
        session.move_to(SessionState.DONE)


def _touched_up(visit: Appointment) -> list[TouchUp]:
    found = db.session.get(TouchUp, visit.id)
    return [found] if found else []


def _session(session: TreatmentSession) -> dict[str, Any]:
    at, end = span(session)
    return {
        "id": session.id, "course": session.course_id, "on": str(session.performed_on), "at": at.isoformat(), "end": end.isoformat(),
        "by": session.performed_by_id, "reaction": session.reaction, "note": session.note,
    }  # fmt: skip
