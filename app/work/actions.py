"""Working a task: tried, done, put off. Each action records and never commits."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from app import history
from app.errors import Refused
from app.i18n import _
from models.task import StaffTask


class Result(StrEnum):
    """How a call or a look ended. No answer and a word left keep the line open; the others close it."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LEFT_WORD = "left_word"
    ON_PAPER = "on_paper"
    DONE = "done"


CLOSING = {Result.REACHED, Result.ON_PAPER, Result.DONE}


def tried(task: StaffTask, result: Result, now: datetime) -> None:
    """Write down how a try ended. Raises Refused when somebody has closed the line meanwhile."""
    _open(task)
    task.attempts += 1
    task.last_tried_at = now
    if result in CLOSING:
        task.closed_at, task.closed_by_id, task.closed_as = now, history.who(), result.value
    history.record(f"task {result.value}", task, now)


def snooze(task: StaffTask, until: date, today: date, now: datetime) -> None:
    """Put a line off until a day; it comes back by itself."""
    _open(task)
    if until <= today:
        raise Refused(_("Choose a day after today."))
    task.snoozed_until = until
    history.record("task snoozed", task, now)


def _open(task: StaffTask) -> None:
    if task.closed_at is not None:
        raise Refused(_("Somebody has done this already."))
