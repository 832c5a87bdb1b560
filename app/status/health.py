"""The few facts that say whether the clinic's engine runs, read in one question to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import bindparam, func, select

from models.base import db
from models.clinic import Clinic
from models.heartbeat import Heartbeat, Lease
from models.inbound import MailboxState
from models.message import IS_WAITING, ChannelState, Message

SILENCE = timedelta(minutes=5)
"""So long may nobody have worked the timetable before that is worth saying."""
UNREAD = timedelta(hours=1)
"""So long may the mailbox not have been readable before that is worth saying."""

LATE = timedelta(minutes=30)
"""So long may a mail wait beyond its time before that is worth saying."""


@dataclass(frozen=True)
class Health:
    """How the engine was found. `jobs_seen_at`: when a job last began, or until when somebody works the timetable."""

    jobs_seen_at: datetime | None
    mail_stopped_at: datetime | None
    mail_why: str
    mail_stays_here: bool
    demo: bool
    mailbox_failing_since: datetime | None = None
    oldest_due: datetime | None = None

    def queue_well(self, now: datetime) -> bool:
        """No mail waits for long beyond its time."""
        return self.oldest_due is None or now - self.oldest_due <= LATE

    def mailbox_well(self, now: datetime) -> bool:
        """Bounces and answers are read, or could be until a moment ago."""
        return self.mailbox_failing_since is None or now - self.mailbox_failing_since <= UNREAD

    def jobs_well(self, now: datetime) -> bool:
        """Somebody works the timetable, or did a moment ago."""
        return self.jobs_seen_at is not None and now - self.jobs_seen_at <= SILENCE

    @property
    def mail_well(self) -> bool:
        return self.mail_stopped_at is None


_FACTS = select(
    select(func.max(Heartbeat.started_at)).scalar_subquery(),
    select(Lease.until).where(Lease.name == "timetable").scalar_subquery(),
    select(ChannelState.stopped_at).where(ChannelState.name == "mail").scalar_subquery(),
    select(ChannelState.why).where(ChannelState.name == "mail").scalar_subquery(),
    select(Clinic.demo).where(Clinic.id == 1).scalar_subquery(),
    select(Clinic.mailing_started).where(Clinic.id == 1).scalar_subquery(),
    select(Message.try_at).where(IS_WAITING).order_by(Message.try_at, Message.id).limit(1).scalar_subquery(),
    select(MailboxState.failing_since).where(MailboxState.name == bindparam("mailbox")).scalar_subquery(),
)


def look() -> Health:
    """Read the facts. Raises SQLAlchemyError when the database cannot be asked."""
    box = current_app.extensions.get("mailbox")
    row = db.session.execute(_FACTS, {"mailbox": getattr(box, "name", "")[:200]}).one()
    seen = [moment for moment in (row[0], row[1]) if moment is not None]
    return Health(max(seen, default=None), row[2], row[3] or "", mail_stays_here(), bool(row[4]), row[7], row[6] if row[5] else None)


def mail_stays_here() -> bool:
    """Mail is written to a folder of this machine and reaches nobody."""
    way = current_app.extensions.get("transport")
    return bool(getattr(way, "keeps_mail_here", False))
