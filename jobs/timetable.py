"""Every job and how often, on one screen. Correctness never depends on when a job runs: due ≤ now, with a "useful until"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Job:
    """A thing done by the clock. `run` takes the moment and says in one line what it did; running it twice is running it once."""

    name: str
    every: timedelta
    run: Callable[[datetime], str]
    says: str


TIMETABLE: tuple[Job, ...] = ()


def job_named(name: str) -> Job | None:
    """The job of this name, if there is one."""
    return next((job for job in TIMETABLE if job.name == name), None)
