"""Taking back: the last move of a visit, or a whole set of bookings, moves and cancellations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.planning.resources import Kind
from app.planning.visit import WHOLE_VISIT, Claim, Slot
from app.schedule import agreement, guards, limits, rows
from app.schedule.free import resources
from app.schedule.move import moving
from app.series import other_acts
from models import clock
from models.appointment import COMING, Appointment, AppointmentStatus, Outcome, VisitKind, VisitState
from models.base import db
from models.message import ChangeSet, VisitChange
from models.product import LotUse
from models.treatment import SessionState, TreatmentSession

GONE = (VisitState.CANCELLED, VisitState.NO_SHOW, VisitState.NOT_TREATED)
"""States in which a visit claims nothing."""


def may_step_back(visit: Appointment) -> bool:
    """There is a move to take back."""
    standing = standing_rows(visit)
    return len(standing) > 1 and standing[-1].why != moving.MOVED


def step_back(visit: Appointment, now: datetime) -> None:
    """Take back the last move, with its sessions, claims and messages; checked like any move.

    Raises Refused where the place or a session was taken meanwhile, or nothing can be taken back.
    """
    guards.alone(visit.location_id, visit)
    if not may_step_back(visit):
        raise Refused(_("There is nothing to undo."))
    if _back(visit, now) is VisitState.CANCELLED:
        _tell_again(visit, now)
    rows.settle(visit.patient_id, now)


def standing_rows(visit: Appointment) -> list[AppointmentStatus]:
    """The moves that were not taken back, oldest first."""
    standing: list[AppointmentStatus] = []
    for row in visit.statuses:
        if row.undo_of_id is not None:
            standing.pop()
        else:
            standing.append(row)
    return standing


def take_back(change_set: ChangeSet, now: datetime) -> None:
    """Put every visit of a set back as it was, all or none. Its mail never goes; if it went, another says that it is as before."""
    take_all_back([change_set], now)


def take_all_back(sets: Sequence[ChangeSet], now: datetime) -> None:
    """Several sets at once, all or none: each visit may return to a place that another of them has now."""
    if not sets or any(one.undone_at is not None for one in sets):
        raise Refused(_("There is nothing to undo."))
    guards.alone_with([db.session.get_one(Appointment, change.appointment_id) for one in sets for change in one.changes])
    undone = [(change, _as_it_was_left(change)) for one in sets for change in reversed(one.changes)]
    rows.free_claims([visit for change, visit in undone if change.old_start is not None and change.new_start is not None])
    for change, visit in undone:
        _put_back(change, visit, now)
    for one in sets:
        changes.undo(one, now)
    for patient_id in dict.fromkeys(one.patient_id for one in sets):
        rows.settle(patient_id, now)


def _as_it_was_left(change: VisitChange) -> Appointment:
    """The visit of a change. Raises Refused where it is no longer as the change left it."""
    visit = db.session.get_one(Appointment, change.appointment_id)
    if change.new_start != (visit.starts_at if visit.state in COMING else None):
        raise Refused(_("This visit was changed again meanwhile, so it cannot be undone."))
    return visit


def _put_back(change: VisitChange, visit: Appointment, now: datetime) -> None:
    if change.old_start is None:
        _unbook(visit, now, knows=changes.is_told(change.change_set))
    elif change.new_start is None:
        _back(visit, now, change.old_place)
        visit.revision += 1
    else:
        _move_back(visit, change, now)


def _unbook(visit: Appointment, now: datetime, *, knows: bool) -> None:
    """`knows`: the patient was told of the booking already."""
    rows.mark(visit, VisitState.CANCELLED, now, why="undone")
    rows.free_claims([visit])
    rows.put_back(visit, Outcome.RELEASED, SessionState.PROPOSED)
    if knows:
        agreement.tell_at_once(visit, now)


def _move_back(visit: Appointment, change: VisitChange, now: datetime) -> None:
    """To just the place it had, with the people and things it had."""
    assert change.old_place is not None
    slot = rows.place_of_data(change.old_place)
    _check_again(visit, slot.day, slot.start_minute, change.change_set.at)
    with guards.said_in_words():
        visit.kind, visit.tentative = VisitKind(change.old_place["kind"]), change.old_place["tentative"]
        visit.agreed = change.old_place.get("agreed", True)
        rows.put_times(visit, slot, rows.courses_in(visit))
        rows.put_claims(visit, slot)
    visit.revision += 1
    visit.version += 1
    history.record("undone", visit, now, fields=["starts_at"])


def _back(visit: Appointment, now: datetime, place: Mapping[str, Any] | None = None) -> VisitState:
    """One move back, to `place` where it is known. Returns the state that was left."""
    *_before, old, last = standing_rows(visit)
    left = visit.state
    visit.step_back_to(old.state)
    _sessions_again(visit, left, now)
    if left is VisitState.DONE:
        _lots_back(visit, now)
    if left is VisitState.CANCELLED:
        _check_again(visit, visit.local_day, rows.start_minute(visit), last.at)
    if left in GONE:
        with guards.said_in_words():
            rows.put_claims(visit, rows.place_of_data(place) if place else _slot(visit, visit.local_day, rows.start_minute(visit)))
    if left is VisitState.CANCELLED:
        _check_minimum(visit, now)
    visit.version += 1
    visit.statuses.append(AppointmentStatus(state=old.state, at=now, by_id=history.who(), undo_of_id=last.id))
    history.record("undone", visit, now, fields=["state"])
    return left


def _sessions_again(visit: Appointment, left: VisitState, now: datetime) -> None:
    """The visit's sessions as they were before they were done or given back."""
    for link in visit.sessions if left in (*GONE, VisitState.DONE) else ():
        session = link.session
        if link.outcome is Outcome.DONE:
            _unrecord(session, now)
        elif session.state not in limits.FREE:
            raise Refused(_("Session %(n)s was booked or dropped meanwhile, so it cannot be undone.", n=session.n))
        else:
            session.move_to(SessionState.BOOKED)
        link.outcome = Outcome.PLANNED
    with guards.said_in_words():
        pass


def _unrecord(session: TreatmentSession, now: datetime) -> None:
    """It did not take place after all: nothing of it stays but the history."""
    session.performed_at = session.performed_end = session.performed_by_id = None
    session.performed_on = None
    session.move_to(SessionState.BOOKED)
    tasks.close(tasks.REVIEW_DUE, session.course, now, "undone")


def _lots_back(visit: Appointment, now: datetime) -> None:
    """What was not treated used nothing: its lots go back to the shelf."""
    mine = LotUse.session_id.in_([link.session_id for link in visit.sessions]) | (LotUse.appointment_id == visit.id)
    for use in db.session.scalars(select(LotUse).where(mine, LotUse.voided_at.is_(None))):
        use.voided_at = now


def _check_again(visit: Appointment, day: date, start: int, left_at: datetime) -> None:
    """What forbids a booking forbids its return too, but for a hold in which it stood already when it left its place."""
    courses = [link.session.course for link in rows.planned(visit)]
    limits.check_patient(visit.patient)
    limits.check_holds(courses, day, None, made_since=left_at)
    limits.check_acts(courses, day, start, None, other_acts.of_patient(visit.patient_id, except_visit=visit.id))


def _check_minimum(visit: Appointment, now: datetime) -> None:
    """A day that has become too early meanwhile stays free."""
    mine = {link.session_id for link in rows.planned(visit)}
    readings = limits.readings_of([link.session for link in rows.planned(visit)], clock.day_of(now, visit.zone))
    limits.check_minimum((line for key, line in limits.too_early(readings.values()).items() if key in mine), None)


def _slot(visit: Appointment, day: date, start: int) -> Slot:
    """The visit's old place with its practitioner and room; one that was squeezed in claims the patient only."""
    if visit.performer_id is None and visit.room_id is None:
        claim = Claim(WHOLE_VISIT, Kind.PATIENT, None, start, start + visit.minutes)
        return Slot(day, start, start + visit.hands_on_after, start + visit.minutes, None, None, (claim,))
    return resources.slot_at(
        visit.kind, rows.courses_in(visit), visit.patient, day, start, performer_id=visit.performer_id, room_id=visit.room_id,
        except_visit=visit.id,
    )  # fmt: skip


def _tell_again(visit: Appointment, now: datetime) -> None:
    """The cancellation is not told any more; where it was, the patient hears that the visit stands."""
    query = select(VisitChange).where(VisitChange.appointment_id == visit.id, VisitChange.new_start.is_(None))
    change = db.session.scalar(query.order_by(VisitChange.id.desc()).limit(1))
    if change is None:
        return
    told = change.change_set
    if changes.is_told(told):
        visit.revision += 1
    if len(told.changes) == 1:
        changes.undo(told, now)
        return
    again = changes.open_set(visit.patient_id, now, plan_id=visit.plan_id)
    changes.note(again, visit, old_start=None, new_start=visit.starts_at)
