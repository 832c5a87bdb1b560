"""One visit one move back: its state, its sessions, its claims and its lots, checked like any move."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.planning.resources import Kind
from app.planning.visit import WHOLE_VISIT, Claim, Slot
from app.schedule import guards, limits, rows
from app.schedule.free import resources
from app.schedule.numbing import actions as numbing
from app.series import other_acts
from models import clock
from models.appointment import Appointment, AppointmentStatus, Outcome, VisitState
from models.base import db
from models.product import LotUse
from models.task import TaskKind
from models.treatment import SessionState, TreatmentSession

GONE = (VisitState.CANCELLED, VisitState.NO_SHOW, VisitState.NOT_TREATED)
"""States in which a visit claims nothing."""


def standing_rows(visit: Appointment) -> list[AppointmentStatus]:
    """The moves that were not taken back, oldest first."""
    standing: list[AppointmentStatus] = []
    for row in visit.statuses:
        if row.undo_of_id is not None:
            standing.pop()
        else:
            standing.append(row)
    return standing


def one_back(visit: Appointment, now: datetime, place: Mapping[str, Any] | None = None) -> VisitState:
    """One move back, to `place` where it is known. Returns the state that was left."""
    *_before, old, last = standing_rows(visit)
    left = visit.state
    visit.step_back_to(old.state)
    _sessions_again(visit, left, now)
    numbing.on_again(visit, last.at)
    if left is VisitState.DONE:
        lots_back(visit, now)
    if left is VisitState.CANCELLED:
        check_again(visit, visit.local_day, rows.start_minute(visit), last.at)
    if left in GONE:
        with guards.said_in_words():
            slot = rows.place_of_data(place) if place else _slot(visit, visit.local_day, rows.start_minute(visit))
            rows.put_claims([(visit, slot)])
    if left is VisitState.CANCELLED:
        check_minimum(visit, now)
    visit.version += 1
    visit.statuses.append(AppointmentStatus(state=old.state, at=now, by_id=history.who(), undo_of_id=last.id))
    history.record("undone", visit, now, fields=["state"])
    return left


def check_again(visit: Appointment, day: date, start: int, left_at: datetime) -> None:
    """What forbids a booking forbids its return too, but for a hold in which it stood already when it left its place."""
    courses = [link.session.course for link in rows.planned(visit)]
    limits.check_patient(visit.patient)
    limits.check_holds(courses, day, None, made_since=left_at)
    limits.check_acts(courses, day, start, None, other_acts.of_patient(visit.patient_id, except_visit=visit.id))


def _sessions_again(visit: Appointment, left: VisitState, now: datetime) -> None:
    """The visit's sessions as they were before they were done or given back."""
    for link in visit.sessions if left in (*GONE, VisitState.DONE) else ():
        session = link.session
        if link.outcome is Outcome.DONE:
            unrecord(session, now)
        elif session.state not in limits.FREE:
            raise Refused(_("Session %(n)s was booked or dropped meanwhile, so it cannot be undone.", n=session.n))
        else:
            session.move_to(SessionState.BOOKED)
        link.outcome = Outcome.PLANNED
    with guards.said_in_words():
        pass


def unrecord(session: TreatmentSession, now: datetime) -> None:
    """It did not take place after all: nothing of it stays but the history."""
    session.performed_at = session.performed_end = session.performed_by_id = None
    session.performed_on = None
    session.move_to(SessionState.BOOKED)
    tasks.close(TaskKind.REVIEW_DUE, session.course, now, "undone")


def lots_back(visit: Appointment, now: datetime) -> None:
    """What was not treated used nothing: its lots go back to the shelf."""
    mine = LotUse.session_id.in_([link.session_id for link in visit.sessions]) | (LotUse.appointment_id == visit.id)
    for use in db.session.scalars(select(LotUse).where(mine, LotUse.voided_at.is_(None))):
        use.voided_at = now


def check_minimum(visit: Appointment, now: datetime) -> None:
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
        except_visit=visit.id, place_id=visit.location_id,
    )  # fmt: skip
