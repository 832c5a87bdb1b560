"""The rows of a visit: its times and claims from a slot, its status rows, and what becomes of its sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, delete, insert

from app import history
from app.clinic import queries as clinic_queries
from app.errors import Refused
from app.i18n import _
from app.messages import planner, watch
from app.planning.resources import Kind
from app.planning.visit import Claim as PlannedClaim
from app.planning.visit import Slot
from app.schedule.free.phases import hands_on_minutes, uses_of_protocol
from app.schedule.free.working_days import time_of
from app.schedule.words import state_words
from app.series import plan_state
from app.series import rows as series_rows
from app.series.rows import Readings
from app.today import today_of
from models import clock
from models.appointment import Appointment, AppointmentSession, AppointmentStatus, Claim, Outcome, VisitState
from models.base import db
from models.treatment import Course, SessionState, TreatmentSession

_CLAIM = cast(Table, Claim.__table__)


def start_of(slot: Slot) -> datetime:
    """The moment a slot begins, by the clinic's clock."""
    return clock.at(slot.day, time_of(slot.start_minute), clinic_queries.the_clinic().zone)


def start_minute(visit: Appointment) -> int:
    """The minute of its day at which the visit begins."""
    return visit.local_time.hour * 60 + visit.local_time.minute


def put_times(visit: Appointment, slot: Slot, courses: Sequence[Course]) -> None:
    """The visit lies where the slot does. Its length in minutes is real time, also over a change of the clocks."""
    visit.zone = clinic_queries.the_clinic().zone
    visit.starts_at = start_of(slot)
    there = clock.local(visit.starts_at, visit.zone)
    visit.local_day, visit.local_time = there.date(), there.time()
    visit.minutes, visit.hands_on_after = slot.end_minute - slot.start_minute, slot.hands_on_minute - slot.start_minute
    visit.hands_on_minutes = hands_on_minutes(visit.kind, courses)
    visit.hands_on_at = visit.starts_at + timedelta(minutes=visit.hands_on_after)
    visit.ends_at = visit.starts_at + timedelta(minutes=visit.minutes)
    visit.performer_id, visit.room_id = slot.performer_id, slot.room_id


def place_as_data(visit: Appointment) -> dict[str, Any]:
    """The visit's kind, people, room and claims as they are, to be kept with a change."""
    claims = [_claim_as_data(visit, claim) for claim in visit.claims]
    return {
        "kind": visit.kind.value, "tentative": visit.tentative, "day": visit.local_day.isoformat(), "start": start_minute(visit),
        "agreed": visit.agreed, "hands_on_after": visit.hands_on_after, "minutes": visit.minutes, "performer": visit.performer_id,
        "room": visit.room_id, "claims": claims,
    }  # fmt: skip


def place_of_data(data: Mapping[str, Any]) -> Slot:
    """The slot that `place_as_data` wrote down."""
    start = data["start"]
    claims = (
        PlannedClaim(phase, Kind(kind), None if kind == Kind.PATIENT else thing, start + begin, start + end)
        for phase, kind, thing, begin, end in data["claims"]
    )
    day, hands_on, end = date.fromisoformat(data["day"]), start + data["hands_on_after"], start + data["minutes"]
    return Slot(day, start, hands_on, end, data["performer"], data["room"], tuple(claims))


def put_claims(placed: Sequence[tuple[Appointment, Slot]]) -> None:
    """Claim what the slots of these visits claim at once, in an order that is always the same. Each visit has its number already."""
    claims = [(visit, slot, one) for visit, slot in placed for one in sorted(slot.claims, key=_in_order)]
    db.session.execute(insert(_CLAIM), [_claim(*each) for each in claims])
    for visit, _slot in placed:
        db.session.expire(visit, ["claims"])


def free_claims(visits: Sequence[Appointment]) -> None:
    """Give everything of these visits free at once, so that it can be claimed again in the same transaction."""
    db.session.execute(delete(Claim).where(Claim.appointment_id.in_([visit.id for visit in visits])))
    for visit in visits:
        db.session.expire(visit, ["claims"])


def link_sessions(visit: Appointment, sessions: Sequence[TreatmentSession]) -> None:
    """The visit carries these sessions, done in this order. What was allowed for an earlier booking is judged again."""
    forget_allowed(sessions)
    for place, session in enumerate(sessions):
        visit.sessions.append(AppointmentSession(session=session, position=place))
        session.move_to(SessionState.BOOKED)


def forget_allowed(sessions: Iterable[TreatmentSession]) -> None:
    """A physician's leave holds for one day only."""
    for session in sessions:
        session.override_by_id, session.override_why = None, ""


def planned(visit: Appointment) -> list[AppointmentSession]:
    """The sessions that are still to be done in this visit."""
    return [link for link in visit.sessions if link.outcome is Outcome.PLANNED]


def courses_in(visit: Appointment) -> list[Course]:
    """The courses a visit is for, in their order; of a visit without sessions the one whose protocol it borrows."""
    courses = [link.session.course for link in visit.sessions]
    if not courses and visit.course_id is not None:
        return [db.session.get_one(Course, visit.course_id)]
    return courses


def courses_using(visit: Appointment) -> list[Course]:
    """The courses whose products go into this visit: those of its sessions, or the one that is touched up."""
    return courses_in(visit) if visit.sessions or uses_of_protocol(visit.kind) else []


def put_back(visit: Appointment, outcome: Outcome, state: SessionState) -> None:
    """Sessions that were not done go back to be booked again."""
    for link in planned(visit):
        link.outcome = outcome
        link.session.move_to(state)


def mark(visit: Appointment, state: VisitState, now: datetime, *, why: str = "", by_patient: bool = False) -> None:
    """Move the visit along its table and write it down. Raises Refused where there is no such move."""
    check_move(visit, state)
    visit.move_to(state)
    visit.version += 1
    visit.statuses.append(AppointmentStatus(state=state, at=now, by_id=history.who(), by_patient=by_patient, why=why[:300]))
    history.record(f"visit {state.value}", visit, now, fields=["state"], reason=why)


def check_move(visit: Appointment, state: VisitState) -> None:
    """Raises Refused where the visit's table has no such move."""
    if not visit.may_move_to(state):
        raise Refused(_("This visit is: %(now)s. It cannot become: %(wanted)s.", now=state_words(visit.state), wanted=state_words(state)))


def settle(patient_id: int, now: datetime, readings: Readings | None = None) -> None:
    """Rows, dates, messages and calls after a change of a patient's visits. `readings`: courses as they read after it, by id."""
    settle_all([patient_id], now, readings)


def settle_all(patient_ids: Collection[int], now: datetime, readings: Readings | None = None) -> None:
    """The same after a change of many patients' visits, in a few queries however many they are."""
    if not patient_ids:
        return
    db.session.flush()
    today = today_of(now)
    known = plan_state.follow(patient_ids, today, now, readings)
    series_rows.align_patients(patient_ids, today, known)
    watch.close_what_is_over(now, patient_ids)
    planner.plan_for_all(patient_ids, now)


def _claim_as_data(visit: Appointment, claim: Claim) -> list[Any]:
    kind, thing = next((kind, thing) for kind in Kind if (thing := getattr(claim, f"{kind.value}_id")) is not None)
    minutes = (int((moment - visit.starts_at).total_seconds() // 60) for moment in (claim.starts_at, claim.ends_at))
    return [claim.phase, kind.value, thing, *minutes]


def _in_order(claim: PlannedClaim) -> tuple[Kind, int, int]:
    return claim.kind, claim.id or 0, claim.start_minute


def _claim(visit: Appointment, slot: Slot, one: PlannedClaim) -> dict[str, Any]:
    start = visit.starts_at + timedelta(minutes=one.start_minute - slot.start_minute)
    end = visit.starts_at + timedelta(minutes=one.end_minute - slot.start_minute)
    thing = visit.patient.id if one.kind is Kind.PATIENT else one.id
    ids = {f"{kind.value}_id": thing if kind is one.kind else None for kind in Kind}
    return {"appointment_id": visit.id, "phase": one.phase, "starts_at": start, "ends_at": end, **ids}
