"""What a visit on another day would mean for the later sessions of its courses: their gaps and where they lie, now and then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final, TypeAlias

from app.planning.answer import Answer, Due
from app.planning.bands import Band
from app.planning.forecast import forecast, from_today
from app.planning.obstacles import Code
from app.planning.question import Booked, Question
from app.schedule import rows
from app.series.facts import live_visits, open_sessions, performed, question_of
from app.series.reading import label
from models.appointment import Appointment
from models.treatment import Course, TreatmentSession

Days: TypeAlias = Mapping[int, date]
"""The day of each visit that would move, by its id."""
STAYS: Final[Days] = {}
INSIDE: Final = (Band.EARLY, Band.IDEAL, Band.LATE)


@dataclass(frozen=True)
class Fall:
    """Where a session falls on a day: days since the session before, and the band of its window (None: no dates)."""

    gap_days: int | None
    band: Band | None


@dataclass(frozen=True)
class Later:
    """A later booked session: as it lies now, and as it would lie on `after`, the day its visit would have then."""

    label: str
    day: date
    now: Fall
    then: Fall
    visit_id: int
    after: date

    @property
    def changes(self) -> bool:
        return self.now != self.then

    @property
    def falls_out(self) -> bool:
        """It would leave its window, or leave it on the other side."""
        return self.then.band not in INSIDE and self.then.band is not self.now.band


@dataclass(frozen=True)
class Open:
    """A course with one of its open sessions, ready to be asked "what if it lay there?"."""

    course: Course
    question: Question
    rows: Sequence[TreatmentSession]
    place: int
    visits: dict[int, Appointment]
    last: date | None

    @property
    def due(self) -> Due | None:
        """The dates of the session, its own visit left aside."""
        return self.due_if(STAYS)

    def due_if(self, moved: Days) -> Due | None:
        """The dates of the session if these visits lay on these days, its own visit left aside."""
        return self._due(self._answer(None, moved), self.place)

    def falls(self, day: date, moved: Days = STAYS) -> Fall:
        """Where the session itself would fall on a day. `moved`: the day of each visit that would move with it."""
        due, before = self.due_if(moved), self._before(moved)
        return Fall((day - before).days if before else None, due.band(day) if due else None)

    def breaks(self, day: date) -> bool:
        """On this day it would lie outside its window, or drive a later booked session out of its own."""
        return self.falls(day).band not in INSIDE or any(one.falls_out for one in self.later(day))

    def refused_on(self, day: date) -> Code | None:
        """Why booking refuses it on this day without a physician's leave: it, or one booked behind it, would be too early."""
        answer, days = self._answer(day), self._days(day)
        early = [
            n for n in range(self.place, len(days))
            if self.rows[n].override_by_id is None and (due := self._due(answer, n)) and due.is_too_early(days[n])
        ]  # fmt: skip
        return None if not early else Code.TOO_EARLY if early[0] == self.place else Code.BREAKS_LATER

    @property
    def booked_after(self) -> list[Appointment]:
        """The visits of the sessions after it."""
        return [self.visits[row.id] for row in self.rows[self.place + 1 :] if row.id in self.visits]

    def later(self, day: date, moved: Days = STAYS) -> list[Later]:
        """The booked sessions after it, if it lay on this day. `moved`: the day of each visit that would move with it."""
        mine, now, then = self._mine, self._as_it_is, self._answer(day, moved)
        found = []
        for place in range(self.place + 1, len(self.rows)):
            visit = self.visits.get(self.rows[place].id)
            due = self._due(then, place)
            if visit and due:
                at = visit.local_day
                after = moved.get(visit.id, at)
                falls = self._fall(now, place, at, mine), self._fall(then, place, after, day, moved)
                found.append(Later(label(due), at, *falls, visit.id, after))
        return found

    @property
    def _mine(self) -> date | None:
        own = self.visits.get(self.rows[self.place].id)
        return own.local_day if own else None

    @cached_property
    def _as_it_is(self) -> Answer:
        return self._answer(self._mine)

    @cached_property
    def _satisfied(self) -> int:
        return forecast(replace(self.question, booked=())).satisfied

    def _fall(self, answer: Answer, place: int, at: date, mine: date | None, moved: Days = STAYS) -> Fall:
        before = self._days(mine, moved)[:place]
        known = [day for day in before if day is not None] or ([self.last] if self.last else [])
        due = self._due(answer, place)
        return Fall((at - known[-1]).days if known else None, due.band(at) if due else None)

    def _before(self, moved: Days) -> date | None:
        known = [day for day in self._days(None, moved)[: self.place] if day is not None]
        return known[-1] if known else self.last

    def _days(self, mine: date | None, moved: Days = STAYS) -> list[date | None]:
        booked = (self.visits.get(row.id) for row in self.rows)
        days: list[date | None] = [moved.get(visit.id, visit.local_day) if visit else None for visit in booked]
        days[self.place] = mine
        return days

    def _answer(self, mine: date | None, moved: Days = STAYS) -> Answer:
        days = enumerate(self._days(mine, moved), start=self._satisfied + 1)
        booked = tuple(Booked(step, day) for step, day in days if day is not None)
        return forecast(from_today(replace(self.question, booked=booked)))

    def _due(self, answer: Answer, place: int) -> Due | None:
        return answer.dues[place] if place < len(answer.dues) else None


def opened(session: TreatmentSession, today: date) -> Open | None:
    """The session in its course; None for one that is done or dropped."""
    course = session.course
    rows, visits = open_sessions(course), live_visits(course)
    place = next((n for n, row in enumerate(rows) if row.id == session.id), None)
    if place is None:
        return None
    last = max((one.performed_on for one in performed(course) if one.performed_on), default=None)
    return Open(course, question_of(course, today, visits), rows, place, visits, last)


def opens_in(visit: Appointment, today: date) -> list[Open]:
    """The sessions of a visit that are still to come, each in its course."""
    return [one for link in rows.planned(visit) if (one := opened(link.session, today))]
