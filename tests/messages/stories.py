"""What happens to visits and messages, in the words of a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.messages import changes, channel, outbox, planner
from app.messages.outbox import Claimed
from app.messages.transports import MemoryTransport, Outcome
from models import clock
from models.appointment import Appointment, AppointmentStatus, VisitState
from models.appointment import Outcome as Became
from models.base import db, transaction
from models.message import ChangeSet, Message
from models.task import StaffTask
from models.treatment import SessionState

IST = ZoneInfo("Europe/Istanbul")
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
GRACE = timedelta(minutes=3)


def ist(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=IST)


def tell(patient_id: int, now: datetime, *lines: tuple[Appointment, datetime | None, datetime | None], **about: Any) -> ChangeSet:
    """One act of the clinic: these visits were booked, moved or cancelled; everything is planned in its transaction."""
    with transaction():
        made = changes.open_set(patient_id, now, **about)
        for visit, old, new in lines:
            row = db.session.get_one(Appointment, visit.id)
            _set(row, new, now)
            changes.note(made, row, old_start=old, new_start=new)
        planner.plan_for(patient_id, now)
    return made


def book(visit: Appointment, now: datetime = NOW, **about: Any) -> ChangeSet:
    return tell(visit.patient_id, now, (visit, None, visit.starts_at), **about)


def move(visit: Appointment, to: datetime, now: datetime = NOW) -> ChangeSet:
    return tell(visit.patient_id, now, (visit, visit.starts_at, to))


def cancel(visit: Appointment, now: datetime = NOW, **about: Any) -> ChangeSet:
    return tell(visit.patient_id, now, (visit, visit.starts_at, None), **about)


def take_place(visit: Appointment, ended: datetime, recorded: datetime | None = None) -> None:
    """The visit's sessions were done and written down."""
    with transaction():
        row = db.session.get_one(Appointment, visit.id)
        row.state = VisitState.DONE
        row.statuses.append(AppointmentStatus(state=VisitState.DONE, at=recorded or ended))
        for link in row.sessions:
            link.outcome = Became.DONE
            link.session.state, link.session.performed_on = SessionState.DONE, clock.day_of(ended, "Europe/Istanbul")
            link.session.performed_at = link.session.performed_end = ended
        db.session.flush()
        planner.plan_for(row.patient_id, recorded or ended)


def plan(patient_id: int, now: datetime = NOW) -> planner.Planned:
    with transaction():
        return planner.plan_for(patient_id, now)


def rows(*kinds: str) -> list[Message]:
    query = db.session.query(Message).order_by(Message.id)
    return [m for m in query if not kinds or m.kind in kinds]


def states(*kinds: str) -> list[tuple[str, str, str]]:
    return [(m.kind, str(m.state), str(m.reason)) for m in rows(*kinds)]


def tasks(kind: str | None = None) -> list[StaffTask]:
    query = db.session.query(StaffTask).filter(StaffTask.closed_at.is_(None)).order_by(StaffTask.id)
    return [task for task in query if kind in (None, task.kind)]


def send(now: datetime, way: MemoryTransport | None = None, *answers: Outcome) -> MemoryTransport:
    """Send all that is due at this moment; what was taken stands in `.taken`."""
    way = way or MemoryTransport(answers)
    while not channel.is_still(now) and (claimed := outbox.claim_next(now, "tester")) is not None:
        outbox.deliver(claimed, way, tell_time=lambda: now, jitter=_shortest)
    return way


def standing_at(moment: datetime) -> Callable[[], datetime]:
    """A clock that does not move."""
    return lambda: moment


def claim(now: datetime, owner: str = "tester") -> Claimed:
    """Something is due at this moment, and it is ours."""
    claimed = outbox.claim_next(now, owner)
    assert claimed is not None
    return claimed


def _shortest(least: float, _most: float) -> float:
    return least


def _set(row: Appointment, new: datetime | None, now: datetime) -> None:
    if new is None:
        row.state = VisitState.CANCELLED
        row.statuses.append(AppointmentStatus(state=VisitState.CANCELLED, at=now))
        for claim in list(row.claims):
            row.claims.remove(claim)
    elif new != row.starts_at:
        there, by = new.astimezone(IST), new - row.starts_at
        row.local_day, row.local_time, row.revision = there.date(), there.time(), row.revision + 1
        row.starts_at, row.hands_on_at, row.ends_at = new, row.hands_on_at + by, row.ends_at + by
        for claim in row.claims:
            claim.starts_at, claim.ends_at = claim.starts_at + by, claim.ends_at + by
