"""Booked visits that cannot stay where they are: asked of the hours, absences and closures as they stand, never stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from app.planning.day_map import minutes_of
from app.planning.obstacles import Code, Obstacle, gathered
from app.planning.resources import Days, Span
from app.schedule.free import resources
from app.schedule.free.working_days import wall_spans
from app.schedule.whole_visits import whole
from models import clock
from models.appointment import COMING, Appointment, Claim
from models.base import db
from models.clinic import Location

AT_ONCE = timedelta(days=14)
"""The visits of so many days are held in memory together."""


@dataclass(frozen=True)
class Unfit:
    """A visit and every reason why it cannot stay."""

    visit: Appointment
    reasons: tuple[Obstacle, ...]


def unfit(place: Location, now: datetime, first: date | None = None, last: date | None = None) -> list[Unfit]:
    """The visits from now on (of these days only, where they are given) that claim somebody or something that is not there."""
    coming = (Appointment.location_id == place.id, Appointment.state.in_(COMING), Appointment.starts_at >= now)
    ends = db.session.execute(select(func.min(Appointment.local_day), func.max(Appointment.local_day)).where(*coming)).one()
    if not ends[0]:
        return []
    first, last = max(first or ends[0], ends[0]), min(last or ends[1], ends[1])
    pieces = (first + timedelta(days=n) for n in range(0, (last - first).days + 1, AT_ONCE.days))
    return [one for day in pieces for one in _among(place, _between(coming, day, min(last, day + AT_ONCE - timedelta(days=1))))]


def _between(coming: Sequence[ColumnElement[bool]], first: date, last: date) -> list[Appointment]:
    query = select(Appointment).where(*coming, Appointment.local_day.between(first, last)).options(*whole())
    return list(db.session.scalars(query.order_by(Appointment.starts_at, Appointment.id)).unique())


def _among(place: Location, visits: Sequence[Appointment]) -> list[Unfit]:
    if not visits:
        return []
    there = _There(place, visits)
    return [Unfit(visit, reasons) for visit in visits if (reasons := gathered(there.missing(visit)))]


class _There:
    """Who and what is there on the days of some visits."""

    def __init__(self, place: Location, visits: Sequence[Appointment]) -> None:
        days = [visit.local_day for visit in visits]
        diary = resources.diary(place, min(days), max(days))
        self.zone, self.opening = diary.zone, diary.resources.opening
        self.people = {person.id: person.hours for person in diary.resources.people}
        self.things = {
            "room_id": {room.id for room in diary.resources.rooms}, "chair_id": {chair.id for chair in diary.resources.chairs},
            "device_id": {device.id for device in diary.resources.devices},
        }  # fmt: skip

    def missing(self, visit: Appointment) -> Iterator[Obstacle]:
        """What is not there, by claim; each once for every claim."""
        for day, span in wall_spans(visit.starts_at, visit.ends_at, self.zone):
            if not _inside(span, self.opening, day):
                yield Obstacle(Code.OUTSIDE_OPENING if self.opening.get(day) else Code.CLOSED, days=(day,))
        for claim in visit.claims:
            yield from self._of_claim(claim)

    def _of_claim(self, claim: Claim) -> Iterator[Obstacle]:
        if claim.staff_id is not None:
            spans = wall_spans(claim.starts_at, claim.ends_at, self.zone)
            if not all(_inside(span, self.people.get(claim.staff_id, {}), day) for day, span in spans):
                yield Obstacle(Code.NOT_WORKING, ids=(claim.staff_id,), days=(clock.day_of(claim.starts_at, self.zone),))
        for column, known in self.things.items():
            thing = getattr(claim, column)
            if thing is not None and thing not in known:
                yield Obstacle(Code.OUT_OF_USE, what=column.removesuffix("_id"), ids=(thing,))


def _inside(span: Span, days: Days, day: date) -> bool:
    return not minutes_of([span]) & ~minutes_of(days.get(day, ()))
