"""Every job and how often, on one screen. Correctness never depends on when a job runs: due ≤ now, with a "useful until"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs import (
    close_the_day,
    end_holds,
    forget_old_records,
    plan_messages,
    propose_maintenance,
    read_mailbox,
    send_due_messages,
    staff_digest,
    watch_windows,
)


@dataclass(frozen=True)
class Job:
    """A thing done by the clock. `run` takes the moment and says in one line what it did; running it twice is running it once."""

    name: str
    every: timedelta
    run: Callable[[datetime], str]
    says: str


TIMETABLE: tuple[Job, ...] = (
    Job("send_due_messages", timedelta(seconds=10), send_due_messages.run, "sends every message whose time has come"),
    Job("plan_messages", timedelta(minutes=10), plan_messages.run, "asks again which messages are wanted; should find nothing to do"),
    Job("read_mailbox", timedelta(minutes=2), read_mailbox.run, "reads bounces, calendar answers and what people wrote (BOUNCE_URL)"),
    Job("watch_windows", timedelta(minutes=10), watch_windows.run, "puts calls and other tasks on the worklist when their moment has come"),
    Job("staff_digest", timedelta(minutes=10), staff_digest.run, "plans the numbers of the day for those who work on it, for 07:00"),
    Job("close_the_day", timedelta(hours=1), close_the_day.run, "asks what became of visits of earlier days that nobody closed"),
    Job("end_holds", timedelta(hours=1), end_holds.run, "begins holds on their first day, ends them after their last, with a task"),
    Job("propose_maintenance", timedelta(hours=24), propose_maintenance.run, "renews the dates of running courses, and their invitations"),
    Job("forget_old_records", timedelta(hours=24), forget_old_records.run, "deletes what was kept for a moment only"),
)


def job_named(name: str) -> Job | None:
    """The job of this name, if there is one."""
    return next((job for job in TIMETABLE if job.name == name), None)
