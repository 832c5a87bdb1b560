"""Sessions done elsewhere, or before Seans: on record from any source, counted once the physician accepts them (docs/rules.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.plans.health import holds
from app.today import today_of
from models.base import db
from models.task import TaskKind
from models.treatment import Course, SessionState, TreatmentSession


@dataclass(frozen=True)
class DoneElsewhere:
    """When, where, and who says so. `only_month`: the day is not known; the month's last day stands for it, so no gap is too short."""

    day: date
    place: str
    source: str
    only_month: bool = False


def add(course: Course, told: DoneElsewhere, now: datetime, *, accepted_by: int | None = None) -> TreatmentSession:
    """Put a session on record that took place somewhere else. It asks no lot and plans no mail. Raises Refused for a day to come."""
    if told.day > today_of(now):
        raise Refused(_("The day lies in the future."))
    made = TreatmentSession(
        course=course, n=max((session.n for session in course.sessions), default=0) + 1, state=SessionState.DONE, performed_on=told.day,
        elsewhere={"place": told.place, "source": told.source, "only_month": told.only_month}, accepted_by_id=accepted_by,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    if accepted_by is None:
        tasks.ask(TaskKind.ACCEPT_ELSEWHERE, course, now, patient_id=course.plan.patient_id, due_on=today_of(now))
    _changed(course, "done elsewhere", told, now)
    return made


def accept(session: TreatmentSession, physician_id: int, now: datetime) -> None:
    """The physician lets a session done elsewhere count. Raises Refused for any other."""
    if session.elsewhere is None or session.performed_on is None:
        raise Refused(_("This session was not done elsewhere."))
    if session.accepted_by_id is not None:
        return
    session.accepted_by_id = physician_id
    course = session.course
    if all(one.elsewhere is None or one.accepted_by_id is not None for one in course.sessions):
        tasks.close(TaskKind.ACCEPT_ELSEWHERE, course, now, "accepted")
    _changed(course, "elsewhere accepted", _told(session.performed_on, session.elsewhere), now)


def _told(day: date, written: dict[str, Any]) -> DoneElsewhere:
    return DoneElsewhere(day, str(written.get("place", "")), str(written.get("source", "")), bool(written.get("only_month")))


def _changed(course: Course, what: str, told: DoneElsewhere, now: datetime) -> None:
    course.plan.version += 1
    history.record(what, course, now, fields=["sessions"])
    day = told.day.isoformat()[:7] if told.only_month else told.day.isoformat()
    history.plan_changed(course.plan, what, now, new=f"{day} {told.place}".strip(), course=course)  # app.plans.words reads it
    holds.settle(course.plan, now)
