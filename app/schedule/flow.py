"""A visit's way through the day: arrived, in treatment, done, not treated, no-show. Undo stands in `undo`.

The moves are those of the visit's table (docs/states.md); every one is written down and can be taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.schedule import guards, rows
from app.schedule.day.clearance import check_clear
from app.schedule.numbing import actions as numbing
from app.schedule.undo import step_back
from app.series.reading import read
from app.today import today_of
from models import clock
from models.appointment import Appointment, AppointmentSession, Outcome, VisitState
from models.task import TaskKind
from models.treatment import Course, SessionState

NO_SHOW_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Performed:
    """What really happened; None: as the visit says. `by_id`: who treated. `without`: sessions of the visit that were not done."""

    at: datetime | None = None
    end: datetime | None = None
    by_id: int | None = None
    without: Collection[int] = ()


def arrive(visit: Appointment, now: datetime) -> None:
    """The patient is here."""
    guards.alone(visit.location_id, visit)
    if clock.day_of(now, visit.zone) < visit.local_day:
        raise Refused(_("This visit is on another day. Move it if the patient is treated today."))
    rows.mark(visit, VisitState.ARRIVED, now)
    rows.settle(visit.patient_id, now)


def start(visit: Appointment, now: datetime) -> None:
    """Hands-on treatment begins; cream that is on comes off. Raises Refused while a pre-flight check stands in the way."""
    guards.alone(visit.location_id, visit)
    rows.check_move(visit, VisitState.IN_TREATMENT)
    check_clear(visit, "start")
    rows.mark(visit, VisitState.IN_TREATMENT, now)
    numbing.take_off(visit, now, now)
    rows.settle(visit.patient_id, now)


def done(visit: Appointment, now: datetime, performed: Performed | None = None) -> None:
    """The visit took place; its sessions count from the day and time they were really performed.

    Raises Refused while a pre-flight check stands in the way (a missing lot, or what forbids the start of one not started).
    A session performed too early is recorded: it happened; the forecast says what it is worth.
    """
    guards.alone(visit.location_id, visit)
    rows.check_move(visit, VisitState.DONE)
    check_clear(visit, *(("start", "done") if visit.state is VisitState.ARRIVED else ("done",)), happened=True)
    at, end = _when(visit, performed or Performed(), now)
    rows.mark(visit, VisitState.DONE, now)
    numbing.take_off(visit, at, now)
    treated = [link for link in rows.planned(visit) if link.session_id not in (performed or Performed()).without]
    by_id = (performed.by_id if performed else None) or visit.performer_id or history.who()
    for link in treated:
        _record(link, at, end, by_id, visit.zone)
    rows.put_back(visit, Outcome.NOT_TREATED, SessionState.PROPOSED)
    rows.settle(visit.patient_id, now)
    ask_for_reviews([link.session.course for link in treated], now)


def not_treated(visit: Appointment, now: datetime, why: str = "") -> None:
    """The patient came but was not treated (a finding, refused, too late). The sessions can be booked again."""
    guards.alone(visit.location_id, visit)
    rows.mark(visit, VisitState.NOT_TREATED, now, why=why)
    numbing.take_off(visit, now, now)
    rows.free_claims([visit])
    rows.put_back(visit, Outcome.NOT_TREATED, SessionState.PROPOSED)
    rows.settle(visit.patient_id, now)


def no_show(visit: Appointment, now: datetime) -> None:
    """The patient did not come; offered from 15 minutes after the arrival time, never by itself (docs/rules.md)."""
    guards.alone(visit.location_id, visit)
    if not may_be_no_show(visit, now):
        raise Refused(_("No-show can be marked from 15 minutes after the arrival time."))
    rows.mark(visit, VisitState.NO_SHOW, now)
    rows.free_claims([visit])
    rows.put_back(visit, Outcome.MISSED, SessionState.MISSED)
    rows.settle(visit.patient_id, now)


def may_be_no_show(visit: Appointment, now: datetime) -> bool:
    """Late enough to be called a no-show."""
    return now >= visit.starts_at + NO_SHOW_AFTER


def ask_for_reviews(courses: Sequence[Course], now: datetime) -> None:
    """A task for the physician where a review is due after what was performed; one open task a course."""
    today = today_of(now)
    for course in courses:
        due = read(course, today).review_due
        if due is not None:
            tasks.ask(TaskKind.REVIEW_DUE, course, now, patient_id=course.plan.patient_id, due_on=today, facts={"after_step": due})


def _when(visit: Appointment, performed: Performed, now: datetime) -> tuple[datetime, datetime]:
    """Begin and end of what was performed. A visit closed on a later day took place when it was planned."""
    late = clock.day_of(now, visit.zone) > visit.local_day
    started = next((row.at for row in reversed(visit.statuses) if row.state is VisitState.IN_TREATMENT), None)
    end = performed.end or (visit.ends_at if late else now)
    at = performed.at or (visit.hands_on_at if late else min(started or now, end))
    if at > end or end > now:
        raise Refused(_("The treatment cannot end before it begins, or later than now."))
    return at, end


def _record(link: AppointmentSession, at: datetime, end: datetime, by_id: int | None, zone: str) -> None:
    session = link.session
    link.outcome = Outcome.DONE
    session.performed_on, session.performed_at, session.performed_end, session.performed_by_id = clock.day_of(at, zone), at, end, by_id
    session.move_to(SessionState.DONE)


__all__ = ["Performed", "arrive", "done", "may_be_no_show", "no_show", "not_treated", "start", "step_back"]
