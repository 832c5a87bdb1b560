"""The heartbeat: APScheduler ticks, a lease says who works, and each job that is due runs in turn.

Any number of processes may tick; the truth is in the tables, so any number gives the same result as one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from jobs.owner import owner
from jobs.timetable import TIMETABLE, Job
from models import clock
from models.base import db, transaction
from models.heartbeat import Heartbeat, Lease

TICK_SECONDS = 5
LEASE = timedelta(minutes=2)
log = structlog.get_logger("jobs")


def start(app: Flask) -> BackgroundScheduler:
    """Begin to tick in the background, at once: until then every page would say that nobody does.

    Called once a process, from the front door only, never while the app is made.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    trigger = IntervalTrigger(seconds=TICK_SECONDS, timezone="UTC")
    scheduler.add_job(
        tick, trigger, args=[app], coalesce=True, max_instances=1, misfire_grace_time=None,
        next_run_time=clock.of_the_machine(),
    )
    scheduler.start()
    return scheduler


def tick(app: Flask) -> None:
    """Run every job whose time has come, if it is our turn. Never raises: the next tick must come."""
    with app.app_context():
        try:
            if take_lease(clock.now()):
                for job in TIMETABLE:
                    if is_due(job, clock.now()):
                        run(job, clock.now())
        except SQLAlchemyError as error:
            log.warning("tick_failed", error=type(error).__name__)
        finally:
            db.session.remove()


def take_lease(now: datetime) -> bool:
    """Take or keep the right to work the timetable for a while. False: another process has it."""
    with transaction():
        lease = db.session.get(Lease, "timetable", with_for_update=True)
        if lease is None:
            db.session.add(Lease(name="timetable", owner=owner(), until=now + LEASE))
        elif lease.owner == owner() or lease.until < now:
            lease.owner, lease.until = owner(), now + LEASE
        else:
            return False
    return True


def is_due(job: Job, now: datetime) -> bool:
    """The job has not begun within its interval. A clock set back makes it due too."""
    beat = db.session.get(Heartbeat, job.name)
    return beat is None or not timedelta(0) <= now - beat.started_at < job.every


def run(job: Job, now: datetime) -> str:
    """Run one job and write down that it lives. A job that fails says so and does not stop the others."""
    beat(job, now)
    try:
        said = job.run(now)
    except Exception as error:  # a job may fail in any way; the timetable goes on and the failure is shown
        db.session.rollback()
        log.exception("job_failed", job=job.name)
        with transaction():
            row = db.session.get_one(Heartbeat, job.name)
            row.failed_at, row.said = clock.now(), f"failed: {type(error).__name__}"
        return row.said
    with transaction():
        row = db.session.get_one(Heartbeat, job.name)
        row.finished_at, row.failed_at, row.said = clock.now(), None, said[:300]
    return said


def beat(job: Job, now: datetime) -> None:
    """The job begins."""
    with transaction():
        row = db.session.get(Heartbeat, job.name)
        if row is None:
            db.session.add(Heartbeat(job=job.name, started_at=now))
        else:
            row.started_at = now
