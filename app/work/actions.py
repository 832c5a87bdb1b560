"""Working a task: tried, done, put off. Each action records and never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from app import history, tasks
from app.errors import Refused
from app.i18n import _
from app.schedule import agreement
from app.today import today_of
from models.base import db
from models.event import Event
from models.staff import Role
from models.task import StaffTask, TaskKind
from models.treatment import Course


class Result(StrEnum):
    """How a call or a look ended. No answer and a word left keep the line open; the others close it."""

    REACHED = tasks.REACHED
    NO_ANSWER = "no_answer"
    LEFT_WORD = "left_word"
    ON_PAPER = tasks.ON_PAPER
    DONE = "done"


BY_DEED = frozenset({
    TaskKind.REPORT_UNDECIDED, TaskKind.REVIEW_DUE, TaskKind.ACCEPT_ELSEWHERE, TaskKind.HOLD_REVIEW, TaskKind.NO_OUTCOME,
    TaskKind.PLAN_WAITING, TaskKind.NOT_AGREED, TaskKind.TO_BOOK,
})  # fmt: skip
"""Kinds of lines that end only when the thing itself was done on its own page: closing the line would lose the patient from sight."""
LONGEST = timedelta(days=366)
CLOSING = {Result.REACHED, Result.ON_PAPER, Result.DONE}
SNOOZED = "task snoozed"
PRESSES = {SNOOZED, *(f"task {result}" for result in Result)}
UNDO_TIME = timedelta(minutes=10)
"""So long what was pressed on a line can be taken back."""


def may_work(task: StaffTask, roles: Collection[str]) -> bool:
    """What waits for a physician is ended and put off by a physician; everybody may do the rest."""
    return task.for_role != Role.PHYSICIAN or Role.PHYSICIAN in roles


def tried(task: StaffTask, result: Result, now: datetime) -> None:
    """Write down how a try ended. Raises Refused when somebody has closed the line meanwhile, or only the deed closes it."""
    _open(task)
    if task.kind in BY_DEED and result in CLOSING:
        raise Refused(_("This line ends by itself once it is done on its page. Until then it can be put off."))
    task.attempts += 1
    task.last_tried_at = now
    if result in CLOSING:
        tasks.end(task, now, result.value)
        agreement.reached(task, now)
    history.record(f"task {result.value}", task, now)


def line_of(course: Course, now: datetime) -> StaffTask:
    """The line about booking a course's next session: it keeps what was tried, and ends by itself once there is a booking.

    Raises Refused where the course needs none any more.
    """
    if not (course.live and course.needs_booking):
        raise Refused(_("Somebody has done this already."))
    made = tasks.ask(TaskKind.TO_BOOK, course, now, patient_id=course.plan.patient_id, due_on=today_of(now), role=Role.RECEPTION)
    found = made or tasks.standing(TaskKind.TO_BOOK, course)
    assert found is not None
    return found


def snooze(task: StaffTask, until: date, today: date, now: datetime) -> None:
    """Put a line off until a day, within a year; it comes back by itself, and nobody falls out of sight meanwhile."""
    _open(task)
    if not today < until <= today + LONGEST:
        raise Refused(_("Choose a day after today, at most a year ahead."))
    task.snoozed_until = until
    history.record(SNOOZED, task, now)


def take_back(task: StaffTask, now: datetime) -> None:
    """What whoever acts pressed last on a line was a mistake: a try, an end, or a day it was put off until.

    Every line that the press ended stands again. Raises Refused after ten minutes, where something else became of the line since,
    or when the same is asked for by a newer line.
    """
    press = _last_press(task, now)
    if press is None or press.action not in PRESSES or press.staff_id != history.who() or task.closed_at not in (None, press.at):
        raise Refused(_("Only what you pressed on this line in the last ten minutes can be undone, while nothing else became of it."))
    for line in [task, *_ended_with(task, press.at)]:
        if line.closed_at is not None and tasks.another(line):
            raise Refused(_("There is a newer line about this."))
        line.closed_at, line.closed_by_id, line.closed_as = None, None, ""
        history.record("task taken back", line, now)
    if press.action == SNOOZED:
        task.snoozed_until = None
    else:
        task.attempts = max(0, task.attempts - 1)


def _last_press(task: StaffTask, now: datetime) -> Event | None:
    """What was done last to a line in the time in which it can be undone."""
    mine = (Event.object_type == StaffTask.__tablename__, Event.object_id == task.id)
    return db.session.scalar(select(Event).where(Event.at >= now - UNDO_TIME, *mine).order_by(Event.id.desc()).limit(1))


def _ended_with(task: StaffTask, moment: datetime) -> Sequence[StaffTask]:
    """The patient's other lines that the same press ended."""
    if task.closed_at != moment:
        return ()
    with_it = (StaffTask.closed_at == moment, StaffTask.closed_as == task.closed_as, StaffTask.id != task.id)
    return db.session.scalars(select(StaffTask).where(StaffTask.patient_id == task.patient_id, *with_it)).all()


def _open(task: StaffTask) -> None:
    if task.closed_at is not None:
        raise Refused(_("Somebody has done this already."))
