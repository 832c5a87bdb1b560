"""The dates of a plan, as its pages and the program interface show them: times, clashes, ways out, and what would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import takewhile

from sqlalchemy import select

from app.clinic import queries as clinic
from app.i18n import _
from app.names import staff_names
from app.planning.bands import Band
from app.planning.forecast import first_maintenance, from_today
from app.planning.obstacles import Code, Obstacle
from app.planning.question import Booked
from app.planning.visit import Slot
from app.planning.windows import Window
from app.plans.builder.decisions import Decisions, rank
from app.plans.builder.lines import Line, Names, line_of
from app.plans.builder.preview import Preview
from app.plans.builder.proposing import proposed
from app.plans.words import day_words, possible_words
from app.schedule.free.resources import place_of
from app.schedule.free.working_days import time_of
from app.schedule.placing.proposals import Key, Proposal
from app.series.drawing import Mark, Picture, drawn
from app.series.reading import Reading
from app.today import today_of
from models.base import db
from models.clinic import Room
from models.treatment import TreatmentPlan


@dataclass(frozen=True)
class Dates:
    """`lines` in order of day; `advice`: what would help where not every session fits."""

    courses: list[Preview]
    lines: list[Line]
    advice: list[str]
    today: date

    def picture(self, place: int) -> Picture | None:
        """A course on one line, its sessions where they would be booked; one without a time stands on its best day, marked."""
        mine = [line for line in self.lines if line.key[0] == place]
        marks = [Mark(line.day, "alert" if line.clash and not line.slot else "proposed", line.key[1]) for line in mine if line.day]
        none = _("no time")
        words = " · ".join(f"{line.key[1]}: {self.when(line.slot) if line.slot else none}" for line in mine)
        return drawn(marks, [line.window for line in mine if line.window], self.courses[place].maintenance, words, self.today)

    @property
    def placed(self) -> list[Line]:
        return [line for line in self.lines if line.slot is not None]

    @property
    def open(self) -> int:
        """How many sessions have no time."""
        return len(self.lines) - len(self.placed)

    @property
    def clashes(self) -> list[Line]:
        """Sessions for which somebody should decide."""
        return [line for line in self.lines if line.clash]

    @property
    def early(self) -> list[Line]:
        """Sessions decided below their minimum, which a physician allows with a reason."""
        return [line for line in self.placed if line.proposal.band is Band.TOO_EARLY]

    def without_leave(self) -> Dates:
        """For somebody who may not decide for the physician: only what needs no leave is offered."""
        lines = [replace(line, choices=tuple(one for one in line.choices if not one.needs_leave)) for line in self.lines]
        return replace(self, lines=lines)

    def day(self, day: date | None) -> str:
        return day_words(day, self.today)

    def possible(self, window: Window) -> str:
        """The days on which a session without a time could lie."""
        return possible_words(window, self.today, late=False)

    def when(self, slot: Slot) -> str:
        """Tue 5 Jan 13:50."""
        return f"{self.day(slot.day)} {time_of(slot.start_minute):%H:%M}"


def dates_of(
    plan: TreatmentPlan, courses: list[Preview], told: Decisions, now: datetime, trouble: Mapping[Key, str] | None = None
) -> Dates:
    """The times of a plan, stored or not, with what was decided. `courses`: all of its.

    `trouble`: sessions lost to somebody else, and how.
    """
    closed = [place for place, one in enumerate(courses) if one.held]
    found = proposed(plan, told, now, closed, {one.reading.course.id: one.reading for one in courses})
    rooms = {room.id: room.name for room in db.session.scalars(select(Room))}
    names = Names(staff_names(), rooms, {one.key: f"{courses[one.place].name} {one.label}" for one in found.sessions})
    lines: list[Line] = []
    for one in _in_order(found.sessions):
        held = courses[one.place].held and one.slot is None
        line = line_of(one, lines, names, found, (trouble or {}).get(one.key, ""), _before(courses[one.place].reading, one.label))
        lines.append(replace(line, obstacles=(Obstacle(Code.NO_WINDOW),), choices=(), clash=True) if held else line)
    booked = sum(line.visit is not None and line.due is not None for one in courses for line in one.reading.lines)
    shown = [_with_maintenance(one, [line for line in lines if line.key[0] == place]) for place, one in enumerate(courses)]
    return Dates(shown, lines, _advice(lines, booked), today_of(now))


def _with_maintenance(one: Preview, lines: Sequence[Line]) -> Preview:
    """Maintenance counts from the times that are shown, as it will once they are booked, not from the best days."""
    if one.maintenance is None:
        return one
    days = {int(line.key[1]): line.slot.day for line in lines if line.slot}
    kept = [booked for booked in one.reading.question.booked if booked.step not in days]
    asked = replace(one.reading.question, booked=(*kept, *(Booked(step, day) for step, day in days.items())))
    return replace(one, maintenance=first_maintenance(from_today(asked)))


def _before(reading: Reading, label: str) -> date | None:
    """The last day of a course before a session that is done or booked."""
    earlier = takewhile(lambda line: line.label != label, reading.lines)
    return max((line.day for line in earlier if line.day and (line.verdict or line.visit)), default=None)


def _in_order(found: Sequence[Proposal]) -> list[Proposal]:
    """By day; a session without a time where its best day would be."""

    def day(one: Proposal) -> tuple[date, int]:
        best = one.slot.day if one.slot else one.window.recommended if one.window else date.max
        return best, one.slot.start_minute if one.slot else 0

    return sorted(found, key=lambda one: (*day(one), one.key[0], rank(one.label)))


def _advice(lines: Sequence[Line], booked: int) -> list[str]:
    """One sentence for each thing that keeps several sessions out and can be mended on this page or in Settings.

    `booked`: sessions of the plan that have their visit already.
    """
    out = [line for line in lines if line.slot is None and not line.left]
    codes = {obstacle.code for line in out for obstacle in line.obstacles}
    found = []
    if Code.OUTSIDE_STAY in codes:
        series = [line for line in out if not line.proposal.label.startswith("M")]  # nobody stays in town for maintenance
        last = max((line.window.recommended for line in series if line.window), default=None)
        n, of = booked + len(lines) - len(out), booked + len(lines)
        found.append(
            _("%(n)s of %(all)s sessions fit into the stay. A longer stay or fewer sessions helps; the others can stay open.", n=n, all=of)
        )
        if last:
            found.append(_("All of them would need a stay until about: %(day)s.", day=day_words(last, date.min)))
    return found


def hours_missing(place_id: int | None) -> bool:
    """The place (None: the first) has no opening hours at all, so nothing can be booked there on any day."""
    return not clinic.calendar(place_of([], place_id)).openings
