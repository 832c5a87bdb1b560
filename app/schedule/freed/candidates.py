"""Who would gain most from a time that has become free, offering it to several at once, and what ends when one of them has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import joinedload

from app import history
from app.messages import call_lines, planner
from app.messages.ends import Why
from app.messages.kind import Wanted
from app.messages.kinds_offers import NOTICE, OFFER, is_taken, offered_lately, standing
from app.planning.bands import Band
from app.planning.resources import Kind
from app.planning.visit import Slot
from app.schedule.free.choosing import name_of
from app.schedule.free.working_days import time_of
from app.schedule.freed.noting import Freed, waiting_for
from app.schedule.move.by_patient import Asking
from models import clock
from models.appointment import Appointment
from models.base import db
from models.message import MessageState

LOOKED_AT = 40
"""So many visits after the free time are looked at, the nearest first."""


@dataclass(frozen=True)
class Candidate:
    """A visit that could be had in the free time. `left`: days until its window ends (None: no end); `lately`: offered within a week."""

    visit: Appointment
    slot: Slot
    band: Band | None
    left: int | None
    lately: bool

    @property
    def start(self) -> time:
        return time_of(self.slot.start_minute)

    @property
    def earlier(self) -> int:
        """By how many days."""
        return (self.visit.local_day - self.slot.day).days

    @property
    def order(self) -> tuple[bool, bool, int, int]:
        """Late ones first, then those with the fewest days left, then those who would come earliest."""
        return self.lately, self.band not in (Band.LATE, Band.OVERDUE), 10_000 if self.left is None else self.left, -self.earlier


def candidates(freed: Freed, now: datetime) -> list[Candidate]:
    """Visits of patients who asked for an earlier time and whose windows allow this one, who gains most first."""
    visits = _waiting(freed)
    lately = offered_lately({visit.patient_id for visit in visits}, now)
    found = (_candidate(visit, freed, now, lately=visit.patient_id in lately) for visit in visits)
    return sorted((one for one in found if one is not None), key=lambda one: one.order)


def offer(chosen: Iterable[Candidate], now: datetime) -> int:
    """Write to them at once; the first to accept gets it. Returns how many: nobody is offered two within a week."""
    made = 0
    for one in chosen:
        if one.lately:
            continue
        starts_at = clock.at(one.slot.day, one.start, one.visit.zone)
        told = {"time": name_of(one.slot), "starts_at": starts_at.isoformat(), "claims": _claims(one.slot, one.visit.zone)}
        cycle = f"r{one.visit.revision}:{name_of(one.slot).replace(' ', '-')}"
        wanted = Wanted(OFFER, Appointment.__tablename__, one.visit.id, cycle, now, starts_at - NOTICE, told)
        planner.trigger(wanted, one.visit.patient_id, now)
        history.record("offered an earlier time", one.visit, now)
        made += 1
    return made


def end_what_is_taken(now: datetime) -> None:
    """Offers of times that are not free any more do not go, and nobody calls about them."""
    for message in standing(now):
        if is_taken(message.facts, message.subject_id):
            call_lines.close_for_messages([message], now, "taken")
            if message.state is MessageState.WAITING:
                planner.withdraw(message, Why.TAKEN, now)


def _waiting(freed: Freed) -> Sequence[Appointment]:
    """The nearest of those who wait for it."""
    nearest = waiting_for(freed).options(joinedload(Appointment.patient)).order_by(Appointment.starts_at).limit(LOOKED_AT)
    return db.session.scalars(nearest).all()


def _candidate(visit: Appointment, freed: Freed, now: datetime, *, lately: bool) -> Candidate | None:
    asking = Asking(visit, now, on=freed.day)
    soonest = clock.local(now + NOTICE, freed.zone)
    begin = freed.begin if soonest.date() < freed.day else max(freed.begin, soonest.hour * 60 + soonest.minute + 1)
    slot = asking.first_within(freed.day, begin, freed.end)
    if slot is None:
        return None
    dues = [due for one in asking.opens if (due := one.due) is not None]
    ends = [due.latest for due in dues if due.latest is not None]
    band = dues[0].band(visit.local_day) if dues else None
    return Candidate(visit, slot, band, (min(ends) - visit.local_day).days if ends else None, lately)


def _claims(slot: Slot, zone: str) -> Sequence[tuple[str, int, str, str]]:
    """What the time needs, for the last look before the mail goes."""
    midnight = clock.day_bounds(slot.day, zone)[0]
    at = {minute: clock.at(slot.day, time_of(minute), zone) if minute < 24 * 60 else midnight + timedelta(days=1)
          for claim in slot.claims for minute in (claim.start_minute, claim.end_minute)}  # fmt: skip
    return [
        (claim.kind.value, claim.id, at[claim.start_minute].isoformat(), at[claim.end_minute].isoformat())
        for claim in slot.claims if claim.kind is not Kind.PATIENT and claim.id is not None
    ]  # fmt: skip
