"""What must hold after every race, read from the database by somebody who took no part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.messages.changes import SUBJECT
from app.schedule import rows
from models.appointment import LIVE, Appointment, AppointmentSession, Claim, Outcome
from models.base import db, rehearsal
from models.guards import CLAIMED
from models.message import ChangeSet, Message, MessageState, VisitChange
from models.patient import Patient
from models.task import StaffTask
from models.treatment import Course, SessionState, TreatmentPlan, TreatmentSession
from tests.conftest import NOON

Facts = tuple[object, ...]


def facts_of(patient_id: int) -> Facts:
    """Everything that is written about a patient: record, visits, sessions, messages and calls."""
    mine = Appointment.patient_id == patient_id
    asked = (
        select(Patient.version, Patient.first_name, Patient.phone).where(Patient.id == patient_id),
        select(Appointment.id, Appointment.kind, Appointment.state, Appointment.starts_at, Appointment.performer_id, Appointment.room_id,
               Appointment.version, Appointment.revision).where(mine),
        select(Claim.appointment_id, Claim.starts_at, Claim.ends_at, Claim.staff_id, Claim.room_id, Claim.patient_id)
        .join(Appointment).where(mine),
        select(AppointmentSession.appointment_id, AppointmentSession.session_id, AppointmentSession.outcome).join(Appointment).where(mine),
        select(TreatmentSession.id, TreatmentSession.state).join(Course).join(Course.plan).where(TreatmentPlan.patient_id == patient_id),
        select(ChangeSet.id, ChangeSet.undone_at, ChangeSet.taken_into_id).where(ChangeSet.patient_id == patient_id),
        select(VisitChange.id, VisitChange.old_start, VisitChange.new_start).join(ChangeSet).where(ChangeSet.patient_id == patient_id),
        select(Message.id, Message.kind, Message.state, Message.due_at, Message.subject_id).where(Message.patient_id == patient_id),
        select(StaffTask.id, StaffTask.closed_at).where(StaffTask.patient_id == patient_id),
    )  # fmt: skip
    return tuple(sorted(map(tuple, db.session.execute(query)), key=repr) for query in asked)


def troubles(patients: Iterable[int]) -> list[str]:
    """What is not as it must be, in words; of the messages, those of these patients."""
    db.session.rollback()
    found = [*_overlaps(), *_claims_without_visit(), *_sessions_astray(), *_untold(patients)]
    db.session.rollback()
    return found


def _overlaps() -> Iterator[str]:
    one, other = aliased(Claim), aliased(Claim)
    for resource in CLAIMED:
        mine, theirs = getattr(one, f"{resource}_id"), getattr(other, f"{resource}_id")
        both = and_(mine == theirs, one.id < other.id, one.starts_at < other.ends_at, other.starts_at < one.ends_at)
        number = db.session.scalar(select(func.count()).select_from(one).join(other, both))
        if number:
            yield f"{number} claims of one {resource} overlap"


def _claims_without_visit() -> Iterator[str]:
    """Every live visit claims its patient from its begin until its hands-on work is over; nothing else claims anything."""
    claims = list(db.session.scalars(select(Claim)))
    live = {visit.id: visit for visit in db.session.scalars(select(Appointment).where(Appointment.state.in_(LIVE)))}
    for visit in live.values():
        mine = [claim for claim in claims if (claim.appointment_id, claim.patient_id) == (visit.id, visit.patient_id)]
        if len(mine) != 1 or mine[0].starts_at != visit.starts_at or not visit.hands_on_at < mine[0].ends_at <= visit.ends_at:
            yield f"visit {visit.id} does not claim its own time"
    holders = {claim.appointment_id for claim in claims}
    yield from (f"visit {key} claims and is not live" for key in holders - live.keys())


def _sessions_astray() -> Iterator[str]:
    """A session is booked where exactly one live visit carries it."""
    carried = select(AppointmentSession.session_id).join(Appointment).where(
        AppointmentSession.outcome == Outcome.PLANNED, Appointment.state.in_(LIVE))  # fmt: skip
    live = Counter(db.session.scalars(carried))
    booked = set(db.session.scalars(select(TreatmentSession.id).where(TreatmentSession.state == SessionState.BOOKED)))
    yield from (f"session {key} stands in {number} visits" for key, number in live.items() if number > 1)
    yield from (f"session {key} is booked in no visit, or in a visit and not booked" for key in booked ^ live.keys())


def _untold(patients: Iterable[int]) -> Iterator[str]:
    """What waits to be sent is just what would be planned now: nothing missing, nothing too much, one mail a set of changes."""
    for patient_id in patients:
        waiting = _waiting(patient_id)
        with rehearsal():
            rows.settle(patient_id, NOON)
            again = _waiting(patient_id)
        if waiting != again:
            yield f"patient {patient_id} has {waiting} waiting, and should have {again}"
        news = sum(number for (subject, *_rest), number in waiting.items() if subject == SUBJECT)
        if news > 1:
            yield f"patient {patient_id} would be told {news} times"


def _waiting(patient_id: int) -> Counter[tuple[str, str, int]]:
    asked = select(Message.subject_type, Message.kind, Message.subject_id).where(
        Message.patient_id == patient_id, Message.state == MessageState.WAITING)  # fmt: skip
    return Counter((subject, kind, key) for subject, kind, key in db.session.execute(asked))


def live_visits(patient_id: int) -> list[Appointment]:
    """A patient's visits that stand, in order of time."""
    query = select(Appointment).where(Appointment.patient_id == patient_id, Appointment.state.in_(LIVE)).order_by(Appointment.starts_at)
    return list(db.session.scalars(query))
