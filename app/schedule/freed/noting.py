"""A time becomes free: a line says so while somebody who asked for an earlier one could still use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from app import tasks
from app.messages.kinds_offers import NOTICE
from app.today import today_of
from models import clock
from models.appointment import COMING, Appointment
from models.base import db
from models.message import ChangeSet, VisitChange
from models.patient import Patient
from models.staff import Role
from models.task import TaskKind


@dataclass(frozen=True)
class Freed:
    """A place on a day that a visit has left, in minutes of the clinic's clock."""

    starts_at: datetime
    zone: str
    patient_id: int
    minutes: int

    @property
    def day(self) -> date:
        return clock.local(self.starts_at, self.zone).date()

    @property
    def begin(self) -> int:
        there = clock.local(self.starts_at, self.zone)
        return there.hour * 60 + there.minute

    @property
    def end(self) -> int:
        return self.begin + self.minutes


def freed_by(change_set: ChangeSet, now: datetime) -> list[Freed]:
    """The places that these changes left free and that can still be offered."""
    left = (_left(change) for change in change_set.changes if change_set.undone_at is None)
    return [one for one in left if one is not None and one.starts_at > now + NOTICE]


def note(change_set: ChangeSet, now: datetime) -> None:
    """Put a line on the worklist, where somebody waits for an earlier time."""
    db.session.flush()
    wished = [one for one in freed_by(change_set, now) if _somebody_waits(one)]
    if wished:
        first = min(wished, key=lambda one: one.starts_at)
        told = {"starts_at": first.starts_at.isoformat(), "zone": first.zone, "until": (first.starts_at - NOTICE).isoformat()}
        tasks.ask(TaskKind.FREED, change_set, now, patient_id=None, due_on=today_of(now), role=Role.RECEPTION, facts=told)


def _left(change: VisitChange) -> Freed | None:
    visit = db.session.get_one(Appointment, change.appointment_id)
    if change.old_start is None or (visit.state in COMING and visit.starts_at == change.old_start):
        return None
    minutes = (change.old_place or {}).get("minutes", visit.minutes)
    return Freed(change.old_start, visit.zone, visit.patient_id, minutes)


def waiting_for(freed: Freed) -> Select[Appointment]:
    """The coming visits after the free time of those who asked for an earlier one; who comes twice on one day is moved by a person."""
    beside = aliased(Appointment)
    twice = select(beside.id).where(
        beside.patient_id == Appointment.patient_id, beside.local_day == Appointment.local_day, beside.id != Appointment.id,
        beside.state.in_(COMING),
    )  # fmt: skip
    return select(Appointment).join(Patient, Patient.id == Appointment.patient_id).where(
        Patient.asks_for_earlier, Patient.deceased_on.is_(None), Patient.merged_into_id.is_(None), Patient.erased_at.is_(None),
        Patient.id != freed.patient_id, Appointment.state.in_(COMING), Appointment.starts_at > freed.starts_at + timedelta(minutes=1),
        ~twice.exists(),
    )  # fmt: skip


def _somebody_waits(freed: Freed) -> bool:
    return db.session.scalar(waiting_for(freed).limit(1)) is not None
