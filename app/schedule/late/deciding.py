"""What is decided for a patient who came late, and taken back. Callers open the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import history
from app.errors import Refused
from app.i18n import _
from app.messages import changes
from app.messages.told import told_at_once
from app.planning.late_arrival import came_late, without
from app.planning.visit import Slot
from app.schedule import actions, flow, guards, rows, stepping, undo
from app.schedule.free import resources
from app.schedule.late.arrivals import came_at, request_of
from app.schedule.late.today import minute
from app.schedule.move.moving import Move, as_wanted, move_together
from app.schedule.numbing import actions as numbing
from app.schedule.numbing.standing import NUMBING
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db
from models.lateness import LateDecision, LateWay
from models.message import ChangeSet


def standing(visit: Appointment) -> LateDecision | None:
    """What was decided about the visit and not taken back."""
    query = select(LateDecision).where(LateDecision.appointment_id == visit.id, LateDecision.undone_at.is_(None))
    return db.session.scalar(query.order_by(LateDecision.id.desc()).limit(1))


def all_of(visit: Appointment) -> Sequence[LateDecision]:
    """Everything that was ever decided about it, taken back or not."""
    return db.session.scalars(select(LateDecision).where(LateDecision.appointment_id == visit.id).order_by(LateDecision.id)).all()


def as_planned(visit: Appointment, now: datetime) -> None:
    """The plan of the day stays; whoever comes after waits."""
    _write(visit, LateWay.AS_PLANNED, _minutes(visit, now), now)
    visit.version += 1


def in_room(visit: Appointment, room_id: int, now: datetime) -> None:
    """All of it from now on, in another room; the time at which the patient was expected stays. Raises Refused where it does not fit."""
    _begin_now(visit, LateWay.OTHER_ROOM, room_id, now)


def without_cream(visit: Appointment, room_id: int | None, now: datetime) -> None:
    """From now on without the time for the cream: a physician's decision. Raises Refused where it does not fit."""
    _begin_now(visit, LateWay.WITHOUT_CREAM, room_id, now)


def later_today(visit: Appointment, slot: Slot, now: datetime) -> None:
    """The patient waits, here, for another time of the day; told at once. Raises Refused as a move does."""
    minutes, place = _minutes(visit, now), rows.place_as_data(visit)
    if slot.day != visit.local_day:
        raise Refused(_("Choose a time of today."))
    told = changes.open_set(visit.patient_id, now, plan_id=visit.plan_id)
    move_together([Move(visit, slot, told)], now, is_here=True)
    told_at_once(told, now)
    _write(visit, LateWay.LATER_TODAY, minutes, now, place, told)


def another_day(visit: Appointment, slot: Slot, now: datetime) -> Appointment:
    """Not treated today; the same is booked for another day at once. Raises Refused as booking does."""
    minutes, place = _minutes(visit, now), rows.place_as_data(visit)
    if slot.day <= visit.local_day:
        raise Refused(_("Choose a later day."))
    wanted = as_wanted(visit, slot, None)
    flow.not_treated(visit, now, "late")
    told = changes.open_set(visit.patient_id, now, plan_id=visit.plan_id)
    again = actions.book(
        visit.patient, wanted.kind, slot, wanted.sessions, told, now, plan=wanted.plan, course=wanted.course, tentative=wanted.tentative,
        note=wanted.note, place_id=wanted.place_id,
    )  # fmt: skip
    _write(visit, LateWay.ANOTHER_DAY, minutes, now, place, told)
    return again


def step_back(visit: Appointment, now: datetime) -> None:
    """The last press on a visit taken back: what was decided for a late patient before their arrival, cream before either."""
    guards.alone(visit.location_id, visit)
    decision = standing(visit)
    if decision is None or not _is_last(visit, decision):
        undo.step_back(visit, now, _place_of(visit, decision) if decision and visit.state is VisitState.NOT_TREATED else None)
        return
    decision.undone_at = now
    if decision.change_set is not None and decision.change_set.undone_at is None:
        undo.take_back(decision.change_set, now)
    if decision.way is LateWay.ANOTHER_DAY:
        stepping.one_back(visit, now, decision.place)
        rows.settle(visit.patient_id, now)
    elif decision.way is not LateWay.LATER_TODAY:
        if decision.place is not None:
            _put(visit, rows.place_of_data(decision.place))
        visit.version += 1
        history.record("undone", visit, now, fields=["late"])


def _is_last(visit: Appointment, decision: LateDecision) -> bool:
    if decision.way is LateWay.ANOTHER_DAY:
        return visit.state is VisitState.NOT_TREATED
    return visit.state is VisitState.ARRIVED and not numbing.uses_of(visit)


def _place_of(visit: Appointment, decision: LateDecision) -> dict[str, Any] | None:
    """Where a visit lay that was laid anew when it was decided, and left since: worked out as then."""
    if decision.way not in (LateWay.OTHER_ROOM, LateWay.WITHOUT_CREAM):
        return None
    slot = _slot_of(visit, decision.way, visit.room_id, decision.at)
    claims = [tuple(claim.at(-slot.start_minute)) for claim in slot.claims]
    return {
        "day": slot.day.isoformat(), "start": slot.start_minute, "hands_on_after": slot.hands_on_minute - slot.start_minute,
        "minutes": slot.end_minute - slot.start_minute, "performer": slot.performer_id, "room": slot.room_id, "claims": claims,
    }  # fmt: skip


def _minutes(visit: Appointment, now: datetime) -> int:
    """How late the patient came today. Raises Refused where there is nothing (more) to decide."""
    guards.alone(visit.location_id, visit)
    is_here = visit.state is VisitState.ARRIVED and visit.local_day == clock.day_of(now, visit.zone)
    minutes = came_late(visit.starts_at, came_at(visit)) if is_here else 0
    if not minutes or standing(visit) is not None or numbing.uses_of(visit):
        raise Refused(_("There is nothing to decide any more: the visit has gone on."))
    return minutes


def _begin_now(visit: Appointment, way: LateWay, room_id: int | None, now: datetime) -> None:
    minutes, place = _minutes(visit, now), rows.place_as_data(visit)
    _put(visit, _slot_of(visit, way, room_id, now))
    visit.version += 1
    _write(visit, way, minutes, now, place)


def _slot_of(visit: Appointment, way: LateWay, room_id: int | None, begin: datetime) -> Slot:
    """The visit begun at a moment, with the time at which the patient was expected. Raises Refused where it does not fit."""
    request = request_of(visit, begin)
    if way is LateWay.WITHOUT_CREAM:
        request = replace(request, phases=without(request.phases, NUMBING))
    slot = resources.checked(request, visit.local_day, minute(begin, visit), visit.performer_id, room_id)
    return replace(slot, start_minute=rows.start_minute(visit))


def _put(visit: Appointment, slot: Slot) -> None:
    rows.free_claims([visit])
    with guards.said_in_words():
        rows.put_times(visit, slot, rows.courses_in(visit))
        rows.put_claims([(visit, slot)])


def _write(
    visit: Appointment, way: LateWay, minutes: int, now: datetime, place: dict[str, Any] | None = None, told: ChangeSet | None = None
) -> None:
    db.session.add(LateDecision(
        appointment_id=visit.id, way=way, minutes=minutes, at=now, by_id=history.who(), place=place, change_set=told,
    ))  # fmt: skip
    history.record(f"late {way.value}", visit, now, fields=["late"])
    db.session.flush()
