"""`flask --app run jobs list` and `jobs run NAME [--at MOMENT] [--dry]`."""

from __future__ import annotations

from datetime import datetime, timedelta

import click
from flask import current_app
from flask.cli import AppGroup

from app.inbound import setting
from app.inbound.mailboxes import OnlyLookedAt
from config import Config
from jobs import runner
from jobs.timetable import TIMETABLE, Job, job_named
from models import clock
from models.base import db, rehearsal
from models.heartbeat import Heartbeat

FAR = timedelta(hours=1)
jobs_group = AppGroup("jobs", help="What happens by the clock.")


@jobs_group.command("list")
def list_jobs() -> None:
    """Every job, how often it runs, when it last ran and what it said."""
    for job in TIMETABLE:
        beat = db.session.get(Heartbeat, job.name)
        last = f"{beat.started_at:%Y-%m-%d %H:%M:%S} UTC · {beat.said}" if beat else "has not run yet"
        click.echo(f"{job.name:<22} every {_interval(job.every):<8} {last}\n{'':<22} {job.says}")


@jobs_group.command("run")
@click.argument("name")
@click.option("--at", "moment", metavar="MOMENT", help="Let the product's own clock stand at this moment, such as 2027-01-05T10:00+03:00.")
@click.option("--dry", is_flag=True, help="Do it, say what was done, and take all of it back; no mail leaves.")
def run_job(name: str, moment: str | None, dry: bool) -> None:
    """Run one job now."""
    job = job_named(name)
    if job is None:
        raise click.ClickException(f"There is no job {name!r}. Known: {', '.join(j.name for j in TIMETABLE)}.")
    at = _moment(moment)
    _refuse_mail_from_another_time(at, dry)
    with clock.set_to(at):
        click.echo(rehearse(job) if dry else runner.run(job, clock.now()))


def rehearse(job: Job) -> str:
    """What the job would do. Its transactions are taken back, its mails go nowhere, and no mail that came in is marked."""
    transport, mailbox = current_app.extensions.get("transport"), setting.mailbox()
    current_app.extensions["transport"] = current_app.extensions["rehearsal_transport"]()
    current_app.extensions["mailbox"] = OnlyLookedAt(mailbox) if mailbox else None
    try:
        with rehearsal():
            return f"(dry) {job.run(clock.now())}"
    finally:
        current_app.extensions["transport"], current_app.extensions["mailbox"] = transport, mailbox


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f"{text!r} is not a moment such as 2027-01-05T10:00+03:00.") from None
    if at.tzinfo is None:
        raise click.ClickException(f"{text!r} has no time zone: add one, such as +03:00.")
    return at


def _refuse_mail_from_another_time(at: datetime | None, dry: bool) -> None:
    """Real mail leaves at real times only: a clock far off needs --dry or the folder."""
    settings: Config = current_app.extensions["seans"]
    if at and not dry and settings.mail_url and abs(at - clock.now()) > FAR:
        raise click.ClickException("--at is more than an hour off: add --dry, or leave MAIL_URL empty so that mails go to the folder.")


def _interval(every: timedelta) -> str:
    seconds = int(every.total_seconds())
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min" if seconds < 3600 else f"{seconds // 3600} h"
