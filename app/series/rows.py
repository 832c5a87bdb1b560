"""The rows of a course kept in step with its forecast, and the cache that worklists are found by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import Enum, auto
from typing import TypeAlias

from sqlalchemy import select

from app.planning.answer import Due, Status
from app.series import agreement
from app.series.facts import open_sessions, performed
from app.series.reading import Reading, coming, label, read, read_all, with_rows
from models.appointment import AppointmentSession, Outcome
from models.base import db
from models.treatment import Course, PlanState, SessionKind, SessionState, TreatmentPlan, TreatmentSession

Readings: TypeAlias = Mapping[int, Reading]
RUNNING = (PlanState.ACTIVE, PlanState.ON_HOLD)
WITH_VISIT = (SessionState.BOOKED, SessionState.DONE)


def align_sessions(course: Course, today: date, reading: Reading | None = None) -> Reading:
    """Keep as many open rows as the course has unsatisfied steps, plus the next one in maintenance, if it is time for that or it is
    planned with the series; renew the cache.

    A too-early session therefore adds a row; nothing booked is ever removed here (whoever shortens a course releases
    its bookings first). Call it inside the transaction of every change to a course. `reading`: the course as it reads now.
    """
    (found,) = _aligned([reading or read(course, today)], today)
    return found


def align_patient(patient_id: int, today: date) -> None:
    """Align every course of a patient that is not over: what one course does moves the dates of others."""
    align_patients([patient_id], today)


def align_patients(patient_ids: Collection[int], today: date, readings: Readings | None = None) -> None:
    """The same for many patients, in a few queries however many they are.

    `readings`: courses as they read now, by id; others are read. Rows that come or go carry no visit, so none of them changes.
    """
    courses = courses_of(patient_ids)
    known = dict(readings or {})
    known |= read_all([course for course in courses if course.id not in known], today)
    _aligned([known[course.id] for course in courses], today)


def courses_of(patient_ids: Collection[int]) -> Sequence[Course]:
    """Every course of these patients in a plan that was not ended early."""
    return db.session.scalars(
        select(Course).join(TreatmentPlan, TreatmentPlan.id == Course.plan_id)
        .where(TreatmentPlan.patient_id.in_(patient_ids), TreatmentPlan.state != PlanState.CLOSED).order_by(Course.id)
    ).all()  # fmt: skip


def plans_of(patient_ids: Collection[int]) -> Sequence[TreatmentPlan]:
    """Every plan of these patients that was not ended early."""
    query = select(TreatmentPlan).where(TreatmentPlan.patient_id.in_(patient_ids), TreatmentPlan.state != PlanState.CLOSED)
    return db.session.scalars(query.order_by(TreatmentPlan.id)).all()


def _aligned(readings: Sequence[Reading], today: date) -> list[Reading]:
    """The rows and the cache of these courses in step with how they read; and how they read then."""
    changed = [_fill(reading) for reading in readings]
    db.session.flush()
    fresh = read_all([reading.course for reading, change in zip(readings, changed, strict=True) if change is _Change.FEWER], today)
    found = [
        fresh.get(reading.course.id) or (with_rows(reading, today) if change is _Change.MORE else reading)
        for reading, change in zip(readings, changed, strict=True)
    ]
    for reading in found:
        _refresh(reading)
    _label_visits(found)
    return found


class _Change(Enum):
    NONE = auto()
    MORE = auto()
    FEWER = auto()


def _fill(reading: Reading) -> _Change:
    """As many open rows as there are sessions to come."""
    course, before = reading.course, open_sessions(reading.course)
    wanted = [] if _over(course) else coming(course, reading.answer)
    _complete_series(course, [due for due in wanted if not due.maintenance])
    rows = open_sessions(course)
    too_many = [row for row in reversed(rows[len(wanted) :]) if row.state is not SessionState.BOOKED]
    for due in wanted[len(rows) :]:
        _add_row(course, due)
    for row in too_many:
        _drop(course, row)
    for row, due in zip(open_sessions(course), wanted, strict=False):
        kind = SessionKind.MAINTENANCE if due.maintenance else SessionKind.SERIES
        if row.kind is not kind:  # a row that is set to what it is would be compared with the database again
            row.kind = kind
    if too_many:
        return _Change.FEWER
    return _Change.NONE if open_sessions(course) == before else _Change.MORE


def _refresh(reading: Reading) -> None:
    """Rebuild the cached conclusion from the course as it reads now: what is due when, and whether it still needs a booking."""
    course, due = reading.course, reading.next
    course.live = course.plan.state in RUNNING and not _over(course) and due is not None and course.plan.patient.alive_here
    course.due_step = label(due) if due else None
    course.due_earliest = due.earliest if due else None
    course.due_on = due.recommended if due else None
    course.due_latest = due.latest if due else None
    course.due_lapsed = _lapses(course)
    course.needs_booking = course.live and _unbooked(reading)
    agreed = agreement.balance(reading)
    course.agreed_used = agreed.used if agreed else None


def _lapses(course: Course) -> date | None:
    """The first day on which the next session is so late that a physician decides."""
    end, days = course.due_latest, course.lapse_days
    return end + timedelta(days=days + 1) if end is not None and days is not None else None


def _label_visits(readings: Iterable[Reading]) -> None:
    """What lists of many visits say of each session, without asking the forecast again."""
    lines = {
        line.session.id: (line, reading.of)
        for reading in readings for line in reading.lines
        if line.session is not None and line.session.state in WITH_VISIT
    }  # fmt: skip
    if not lines:
        return
    links = select(AppointmentSession).where(
        AppointmentSession.session_id.in_(lines), AppointmentSession.outcome.in_((Outcome.PLANNED, Outcome.DONE))
    )
    with db.session.no_autoflush:  # the links were written before their course was read
        found = db.session.scalars(links).all()
    for link in found:
        line, of = lines[link.session_id]
        link.label, link.of, link.gap_days = line.label, of, line.gap_days
        link.band = line.band.value if line.band else ""


def _unbooked(reading: Reading) -> bool:
    line = reading.next_line
    if line is None or line.due is None or line.visit is not None or line.due.status is Status.ON_HOLD:
        return False
    return not (line.due.maintenance and _declined(reading.course))


def _declined(course: Course) -> bool:
    """The patient said "no, thank you" to maintenance, and has not come for it since."""
    no, came = course.recall_ended_on, [session.performed_on for session in performed(course) if session.performed_on]
    return no is not None and max(came, default=no) <= no


def _over(course: Course) -> bool:
    return course.ended_on is not None or course.plan.state is PlanState.CLOSED or not course.plan.patient.alive_here


def _complete_series(course: Course, dues: list[Due]) -> None:
    """A row for every session of the series: one that only waits for maintenance serves for it, one that is booked stays what it is."""
    rows = open_sessions(course)
    kept = [row for row in rows if row.kind is SessionKind.MAINTENANCE]
    lacking = dues[len(rows) - len(kept) :]
    waiting = [row for row in kept if row.state is not SessionState.BOOKED][: len(lacking)]
    for row in waiting:
        row.kind = SessionKind.SERIES
    for due in lacking[len(waiting) :]:
        _add_row(course, due)


def _add_row(course: Course, due: Due) -> None:
    n = max((session.n for session in course.sessions), default=0) + 1
    kind = SessionKind.MAINTENANCE if due.maintenance else SessionKind.SERIES
    course.sessions.append(TreatmentSession(n=n, kind=kind, state=SessionState.PROPOSED))


def _drop(course: Course, row: TreatmentSession) -> None:
    """A row that nothing ever happened to goes; one with a past stays, skipped."""
    visit = select(AppointmentSession.appointment_id).where(AppointmentSession.session_id == row.id).limit(1)
    if row.id is None or db.session.scalar(visit) is None:
        course.sessions.remove(row)
        if row.id is not None:
            db.session.delete(row)
    elif row.may_move_to(SessionState.SKIPPED):
        row.move_to(SessionState.SKIPPED)
        row.skipped_why = "not needed any more"
