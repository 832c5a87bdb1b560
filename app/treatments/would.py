"""What a correction would change, before it is kept: really done, looked at, and taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.formats import local_moment
from app.i18n import _, language
from app.names import message_name
from app.schedule.here import visit_or_404
from app.treatments import actions, beside_the_record, mending, other_patient, standing
from app.treatments.forms import Use
from app.treatments.mending import Mend
from app.treatments.standing import Changes
from models.appointment import Appointment
from models.base import db, rehearsal, transaction
from models.correction import Mistake
from models.product import LotUse


@dataclass(frozen=True)
class Would:
    """`gone`: mails about the treatment that have left already; `incident`: they reached the wrong person; `notes`: what else to know."""

    changes: Changes
    gone: list[str] = field(default_factory=list)
    incident: bool = False
    notes: list[str] = field(default_factory=list)


def would(appointment_id: int, new: Mend, now: datetime) -> Would:
    """Everything that is different afterwards. Raises Refused where it cannot be corrected so."""
    with rehearsal():
        with transaction():
            visit = visit_or_404(appointment_id)
            whose = [visit.patient_id, *_other(new)]
            before, gone, notes = standing.standing_of(whose, now), _gone(visit), _beside(visit, new)
            mending.mend(visit, new, now)
        after = standing.standing_of(whose, now)
    return Would(standing.changes(before, after), gone, new.what is Mistake.WRONG_PATIENT, notes)


def would_use(use_id: int, visit_id: int, new: Use, why: str, now: datetime) -> Would:
    """The same of another lot. Raises Refused where it cannot be corrected so."""
    with rehearsal():
        with transaction():
            visit = visit_or_404(visit_id)
            patient_id, before = visit.patient_id, standing.standing_of([visit.patient_id], now)
            made = actions.correct(db.session.get_one(LotUse, use_id), visit, new, why, now)
            called_back, expired = made.lot.frozen_at is not None, made.lot.expires_on < visit.local_day
        after = standing.standing_of([patient_id], now)
    told = {_("This lot is called back: the patient is among those to tell."): called_back, _("This lot had expired by then."): expired}
    return Would(standing.changes(before, after), notes=[words for words, true in told.items() if true])


def _other(new: Mend) -> list[int]:
    other = db.session.get(Appointment, new.whose_id) if new.whose_id else None
    return [other.patient_id] if other else []


def _beside(visit: Appointment, new: Mend) -> list[str]:
    if new.what is Mistake.WRONG_TIME:
        return []
    moved = new.whose_id is not None
    return (beside_the_record.goes_along(visit) if moved else []) + beside_the_record.stays(visit, outcomes_too=not moved)


def _gone(visit: Appointment) -> list[str]:
    mails = other_patient.mails_gone(visit)
    return [f"{message_name(one.kind)}, {local_moment(one.settled_at or one.due_at, visit.zone, language())}" for one in mails]
