"""Mending the record of a visit: another day or time, nothing was done after all, another patient. Callers open the transaction.

The forecast, the windows and the mails follow by themselves from what is written down; the original is kept with the correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import history
from app.errors import Refused
from app.i18n import _
from app.schedule import flow, guards, rows, stepping
from app.schedule.numbing import actions as numbing
from app.schedule.reasons import CORRECTED
from app.treatments import kept, other_patient
from models import clock
from models.appointment import Appointment, AppointmentSession, AppointmentStatus, Outcome, VisitState
from models.base import db
from models.correction import Mistake, RecordCorrection
from models.numbing import CreamUse
from models.product import LotUse
from models.treatment import SessionState

UNDO_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Mend:
    """What was wrong, and why. `ended`: when the treatment really ended; `whose`: the visit of the patient who was really treated."""

    what: Mistake
    why: str
    ended: datetime | None = None
    whose_id: int | None = None


def mend(visit: Appointment, new: Mend, now: datetime) -> RecordCorrection:
    """Mend the record of a visit that was marked done. Raises Refused, in words, where that cannot be."""
    guards.alone(visit.location_id, visit)
    if visit.state is not VisitState.DONE:
        raise Refused(_("Only the record of a visit that is done can be corrected."))
    made = RecordCorrection(appointment=visit, patient_id=visit.patient_id, what=new.what, why=new.why, by_id=history.who(), at=now,
                            old=kept.written(visit))  # fmt: skip
    db.session.add(made)
    if new.what is Mistake.WRONG_TIME:
        _other_time(visit, made, new, now)
    elif new.what is Mistake.NEVER_HAPPENED:
        _nothing_was_done(visit, now)
    else:
        _other_patient(visit, made, new, now)
    visit.version += 1
    rows.settle(visit.patient_id, now)
    flow.ask_for_reviews([link.session.course for link in done_links(visit)], now)
    _tell_history(visit, made, now)
    return made


def take_back(made: RecordCorrection, now: datetime) -> None:
    """The record as it was before it was corrected. Raises Refused where too much has happened since."""
    visit = made.appointment
    guards.alone(visit.location_id, visit)
    if not may_be_taken_back(made, now):
        raise Refused(_("This correction cannot be taken back any more. Correct the record once more."))
    if made.what is Mistake.NEVER_HAPPENED:
        stepping.one_back(visit, now)
        rows.mark(visit, VisitState.DONE, now, why=CORRECTED)
    kept.write_again(visit, made.old)
    rows.put_back(visit, Outcome.NOT_TREATED, SessionState.PROPOSED)
    made.undone_at = now
    visit.version += 1
    rows.settle(visit.patient_id, now)
    flow.ask_for_reviews([link.session.course for link in done_links(visit)], now)
    history.record("record correction undone", visit, now, fields=["performed_at"])


def may_be_taken_back(made: RecordCorrection, now: datetime) -> bool:
    """It is fresh, nothing was corrected after it, and no other patient's record was changed with it."""
    visit = made.appointment
    as_left = VisitState.DONE if made.what is Mistake.WRONG_TIME else VisitState.NOT_TREATED
    fresh = made.undone_at is None and now < made.at + UNDO_FOR and made.what is not Mistake.WRONG_PATIENT
    return fresh and visit.state is as_left and corrections_of(visit)[-1] is made


def corrections_of(visit: Appointment) -> Sequence[RecordCorrection]:
    """Every correction of a visit's record, oldest first."""
    return db.session.query(RecordCorrection).filter_by(appointment_id=visit.id).order_by(RecordCorrection.id).all()


def done_links(visit: Appointment) -> list[AppointmentSession]:
    """The sessions that are written down as done in this visit."""
    return [link for link in visit.sessions if link.outcome is Outcome.DONE]


def _other_time(visit: Appointment, made: RecordCorrection, new: Mend, now: datetime) -> None:
    """The sessions took as long as before; what was used was used then."""
    assert new.ended is not None
    if new.ended > now:
        raise Refused(_("The treatment cannot have ended later than now."))
    if not done_links(visit):
        raise Refused(_("No session of this visit is written down as done."))
    for link in done_links(visit):
        session = link.session
        at, end = kept.span(session)
        session.performed_end, session.performed_at = new.ended, new.ended - (end - at)
        session.performed_on = clock.day_of(session.performed_at, visit.zone)
    for use in kept.uses_of(visit):
        use.used_at = new.ended
    made.new = {"ended": new.ended.isoformat()}


def _nothing_was_done(visit: Appointment, now: datetime) -> None:
    """Done is taken back, as by undo, and the patient was not treated: the sessions can be booked again, the lots lie on the shelf.

    The reason stands with the correction; the visit's own history, which reception reads, says only that there was one.
    """
    *_before, old, last = stepping.standing_rows(visit)
    visit.step_back_to(old.state)
    for link in done_links(visit):
        stepping.unrecord(link.session, now)
        link.session.reaction, link.session.note, link.outcome = "", "", Outcome.PLANNED
    kept.forget_touch_up(visit)
    stepping.lots_back(visit, now)
    for cream in numbing.uses_of(visit):
        cream.voided_at = now
    visit.statuses.append(AppointmentStatus(state=old.state, at=now, by_id=history.who(), undo_of_id=last.id, why=CORRECTED))
    db.session.flush()
    flow.not_treated(visit, now, CORRECTED)


def _other_patient(visit: Appointment, made: RecordCorrection, new: Mend, now: datetime) -> None:
    """Nothing was done here; what was done and used is written into the other visit, if one is named."""
    done = done_links(visit)
    used: list[LotUse | CreamUse] = [*kept.uses_of(visit), *numbing.uses_of(visit)]
    _nothing_was_done(visit, now)
    if new.whose_id is not None:
        other = other_patient.write(new.whose_id, visit, done, used, made.old, now)
        made.moved_to_id = other.id
    other_patient.tell_of_mails(visit, now)


def _tell_history(visit: Appointment, made: RecordCorrection, now: datetime) -> None:
    history.record("record corrected", visit, now, fields=["performed_at"], reason=made.why)
    for link in visit.sessions:
        history.plan_changed(link.session.course.plan, f"record {made.what.value}", now, why=made.why, course=link.session.course)
