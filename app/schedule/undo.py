"""Taking back: the last move of a visit, or a whole set of bookings, moves and cancellations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.schedule import agreement, guards, parting, rows, stepping
from app.schedule.move import moving
from app.schedule.numbing import actions as numbing
from app.today import today_of
from models.appointment import COMING, Appointment, Outcome, VisitKind, VisitState
from models.base import db
from models.message import ChangeSet, VisitChange
from models.task import TaskKind
from models.treatment import SessionState


def may_step_back(visit: Appointment) -> bool:
    """There is a move to take back."""
    standing = stepping.standing_rows(visit)
    return len(standing) > 1 and standing[-1].why != moving.MOVED


def is_kept(visit: Appointment, now: datetime) -> bool:
    """What was written down as done on an earlier day is no slip of the finger: its record is corrected, with a reason."""
    return visit.state is VisitState.DONE and today_of(stepping.standing_rows(visit)[-1].at) < today_of(now)


def step_back(visit: Appointment, now: datetime, place: Mapping[str, Any] | None = None) -> None:
    """Take back the last move, with its sessions, claims and messages; checked like any move. Cream that was put on comes first.

    `place`: where the visit lay, if not where and as long as its kind says.
    Raises Refused where the place or a session was taken meanwhile, or nothing can be taken back.
    """
    guards.alone(visit.location_id, visit)
    if not may_step_back(visit):
        raise Refused(_("There is nothing to undo."))
    if is_kept(visit, now):
        raise Refused(_("This was recorded on an earlier day. A practitioner or physician corrects the record, with a reason."))
    if visit.state is VisitState.ARRIVED and (cream := numbing.uses_of(visit)):
        return numbing.take_back(visit, cream, now)
    if stepping.one_back(visit, now, place) is VisitState.CANCELLED:
        _tell_again(visit, now)
    return rows.settle(visit.patient_id, now)


def take_back(change_set: ChangeSet, now: datetime) -> None:
    """Put every visit of a set back as it was, all or none. Its mail never goes; if it went, another says that it is as before."""
    take_all_back([change_set], now)


def take_all_back(sets: Sequence[ChangeSet], now: datetime) -> None:
    """Several sets at once, all or none: each visit may return to a place that another of them has now."""
    if not sets or any(one.undone_at is not None for one in sets) or not all(_is_known(change) for one in sets for change in one.changes):
        raise Refused(_("There is nothing to undo."))
    ids = [change.appointment_id for one in sets for change in one.changes]
    guards.alone_with(db.session.scalars(select(Appointment).where(Appointment.id.in_(ids))).all())
    undone = [(change, _as_it_was_left(change)) for one in sets for change in reversed(one.changes)]
    rows.free_claims([visit for change, visit in undone if change.old_start is not None and change.new_start is not None])
    for change, visit in undone:
        _put_back(change, visit, now)
    for one in sets:
        changes.undo(one, now)
        tasks.close(TaskKind.FREED, one, now, "undone")
    rows.settle_all(dict.fromkeys(one.patient_id for one in sets), now)


def bring_back(change: VisitChange, now: datetime) -> None:
    """One visit as it was before it was cancelled, or before sessions were taken out of it, if that can be booked now.

    It is told by whoever takes its set back, and settled by them. Raises Refused where it is no longer as the change left it.
    """
    visit, knows = _as_it_was_left(change), changes.is_told(change.change_set)
    visit.revision += knows
    if parting.is_of(change):
        parting.rejoin(visit, change, now)
    else:
        stepping.one_back(visit, now)
        agreement.stands_again(visit, change, now, knows=knows)


def _as_it_was_left(change: VisitChange) -> Appointment:
    """The visit of a change. Raises Refused where it is no longer as the change left it."""
    visit = db.session.get_one(Appointment, change.appointment_id)
    moved_here = visit.state is VisitState.ARRIVED and visit.statuses[-1].at <= change.change_set.at  # who is here waits for another time
    if change.new_start != (visit.starts_at if visit.state in COMING or moved_here else None):
        raise Refused(_("This visit was changed again meanwhile, so it cannot be undone."))
    return visit


def _is_known(change: VisitChange) -> bool:
    """Where the visit was: not written down of what itself took a change back."""
    return change.old_start is None or change.new_start is None or change.old_place is not None


def _put_back(change: VisitChange, visit: Appointment, now: datetime) -> None:
    if parting.is_of(change):
        parting.rejoin(visit, change, now)
        visit.revision += 1
    elif change.old_start is None:
        _unbook(visit, now, knows=changes.is_told(change.change_set))
    elif change.new_start is None:
        stepping.one_back(visit, now, change.old_place)
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
    stepping.check_again(visit, slot.day, slot.start_minute, change.change_set.at)
    with guards.said_in_words():
        visit.kind, visit.tentative = VisitKind(change.old_place["kind"]), change.old_place["tentative"]
        visit.agreed = change.old_place.get("agreed", True)
        rows.put_times(visit, slot, rows.courses_in(visit))
        rows.put_claims([(visit, slot)])
    visit.revision += 1
    visit.version += 1
    history.record("undone", visit, now, fields=["starts_at"])


def _tell_again(visit: Appointment, now: datetime) -> None:
    """The cancellation is not told any more; where it was, the patient hears that the visit stands."""
    query = select(VisitChange).where(VisitChange.appointment_id == visit.id, VisitChange.new_start.is_(None))
    change = db.session.scalar(query.order_by(VisitChange.id.desc()).limit(1))
    if change is None:
        return
    told = change.change_set
    knows = changes.is_told(told)
    visit.revision += knows
    agreement.stands_again(visit, change, now, knows=knows)
    if len(told.changes) == 1:
        changes.undo(told, now)
        return
    again = changes.open_set(visit.patient_id, now, plan_id=visit.plan_id)
    changes.note(again, visit, old_start=None, new_start=visit.starts_at)
