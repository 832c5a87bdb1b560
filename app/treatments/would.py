"""What a correction would change, before it is kept: really done, looked at, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.formats import local_moment
from app.i18n import language
from app.names import message_name
from app.schedule.here import visit_or_404
from app.treatments import mending, other_patient, standing
from app.treatments.mending import Mend
from app.treatments.standing import Changes
from models.appointment import Appointment
from models.base import db, rehearsal, transaction
from models.correction import Mistake


@dataclass(frozen=True)
class Would:
    """`gone`: mails about the treatment that have left already; `incident`: they reached the wrong person."""

    changes: Changes
    gone: list[str]
    incident: bool


def would(appointment_id: int, new: Mend, now: datetime) -> Would:
    """Everything that is different afterwards. Raises Refused where it cannot be corrected so."""
    with rehearsal():
        with transaction():
            visit = visit_or_404(appointment_id)
            whose = [visit.patient_id, *_other(new)]
            before, gone = standing.standing_of(whose, now), _gone(visit)
            mending.mend(visit, new, now)
        after = standing.standing_of(whose, now)
    return Would(standing.changes(before, after), gone, new.what is Mistake.WRONG_PATIENT)


def _other(new: Mend) -> list[int]:
    other = db.session.get(Appointment, new.whose_id) if new.whose_id else None
    return [other.patient_id] if other else []


def _gone(visit: Appointment) -> list[str]:
    mails = other_patient.mails_gone(visit)
    return [f"{message_name(one.kind)}, {local_moment(one.settled_at or one.due_at, visit.zone, language())}" for one in mails]
