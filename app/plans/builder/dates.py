"""The dates of a plan that is being made, as its page and its program interface show them: times, clashes, ways out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from app.clinic import queries as clinic
from app.i18n import _
from app.planning.bands import Band, band
from app.planning.obstacles import Code, Obstacle
from app.planning.repairs import NEEDS_LEAVE, Kind, Repair
from app.planning.visit import Slot
from app.planning.windows import Window
from app.plans import queries
from app.plans.booking_form import value_of
from app.plans.builder.decisions import LEFT, Decisions
from app.plans.builder.preview import Preview, preview
from app.plans.builder.proposing import Proposed, proposed
from app.plans.words import course_name, day_words
from app.schedule import repairs
from app.schedule.series_booking import Key, Proposal
from app.schedule.words import obstacle_words
from app.schedule.working_days import time_of
from app.today import today_of
from models.appointment import VisitKind
from models.base import db
from models.clinic import Room
from models.treatment import TreatmentPlan


@dataclass(frozen=True)
class Choice:
    """Another time, or none, for a session. `value` as a form carries it; `kind` in what it differs from what was wished."""

    value: str
    kind: Kind
    slot: Slot | None
    gap: int | None
    band: Band | None
    who: str
    room: str

    @property
    def needs_leave(self) -> bool:
        """Only with a physician's decision."""
        return self.kind in NEEDS_LEAVE


@dataclass(frozen=True)
class Line:
    """One session: its time or why it has none, and the ways out. `gap`: days since the session of its course before it.

    `clash`: it has no time, or not the wished one. `decided`: what was chosen by hand, as a form carries it, or empty. `stays`: it kept its
    place when one before it was decided; `ideal` is where it would lie otherwise. `trouble`: what was lost to somebody else.
    """

    key: Key
    name: str
    proposal: Proposal
    gap: int | None
    who: str
    room: str
    obstacles: tuple[Obstacle, ...]
    choices: tuple[Choice, ...]
    clash: bool
    decided: str
    stays: bool
    ideal: Slot | None
    trouble: str

    @property
    def slot(self) -> Slot | None:
        return self.proposal.slot

    @property
    def left(self) -> bool:
        """Left for later, by hand."""
        return self.decided == LEFT

    @property
    def window(self) -> Window | None:
        return self.proposal.window

    @property
    def reasons(self) -> list[str]:
        """Every reason why it has not the wished time, in words."""
        return obstacle_words(self.obstacles)

    @property
    def value(self) -> str:
        """The time it has, as a form carries it."""
        return value_of(self.slot) if self.slot else ""

    @property
    def notes(self) -> list[str]:
        one = self.proposal
        begins = one.kind is VisitKind.EVALUATION_AND_TREATMENT
        found = [_("begins with the evaluation; treatment follows if suitable")] if begins else []
        if one.tentative and not begins:
            found.append(_("reserved until the evaluation is signed"))
        return [*found, *([_("after the review")] if one.after_review else [])]


@dataclass(frozen=True)
class Dates:
    """`lines` in order of day; `advice`: what would help where not every session fits."""

    courses: list[Preview]
    lines: list[Line]
    advice: list[str]
    today: date

    @property
    def placed(self) -> list[Line]:
        return [line for line in self.lines if line.slot is not None]

    @property
    def open(self) -> int:
        """How many sessions have no time."""
        return len(self.lines) - len(self.placed)

    @property
    def early(self) -> list[Line]:
        """Sessions decided below their minimum, which a physician allows with a reason."""
        return [line for line in self.placed if line.proposal.band is Band.TOO_EARLY]

    def day(self, day: date | None) -> str:
        return day_words(day, self.today)

    def when(self, slot: Slot) -> str:
        """Tue 5 Jan 13:50."""
        return f"{self.day(slot.day)} {time_of(slot.start_minute):%H:%M}"


def dates_of(plan: TreatmentPlan, told: Decisions, now: datetime, trouble: Mapping[Key, str] | None = None) -> Dates:
    """The times of a plan that is not stored, with what was decided. `trouble`: sessions lost to somebody else, and how."""
    courses = preview(plan, now)
    closed = [place for place, one in enumerate(courses) if one.held]
    found = proposed(plan, told, now, closed, {one.reading.course.id: one.reading for one in courses})
    names = _Names(queries.names_of_staff(), {room.id: room.name for room in db.session.scalars(select(Room))})
    lines: list[Line] = []
    for one in _in_order(found.sessions):
        held = courses[one.place].held and one.slot is None
        line = _line(one, lines, names, found, (trouble or {}).get(one.key, ""))
        lines.append(replace(line, obstacles=(Obstacle(Code.NO_WINDOW),), choices=(), clash=True) if held else line)
    return Dates(courses, lines, _advice(plan, lines), today_of(now))


def _in_order(found: Sequence[Proposal]) -> list[Proposal]:
    """By day; a session without a time where its best day would be."""

    def day(one: Proposal) -> tuple[date, int]:
        best = one.slot.day if one.slot else one.window.recommended if one.window else date.max
        return best, one.slot.start_minute if one.slot else 0

    return sorted(found, key=lambda one: (*day(one), one.key[0], int(one.label.lstrip("M"))))


@dataclass(frozen=True)
class _Names:
    people: Mapping[int, str]
    rooms: Mapping[int, str]

    def of(self, slot: Slot | None) -> tuple[str, str]:
        return (self.people.get(slot.performer_id or 0, ""), self.rooms.get(slot.room_id or 0, "")) if slot else ("", "")


def _line(one: Proposal, before: Sequence[Line], names: _Names, found: Proposed, trouble: str) -> Line:
    last = next((line.slot.day for line in reversed(before) if line.slot and line.key[0] == one.place), None)
    decided = found.pins.get(one.key)
    chosen = value_of(decided) if decided else LEFT if one.key in found.pins else ""
    left, wanting = chosen == LEFT, not decided and repairs.not_as_wished(one)
    clash = (one.slot is None and not left) or wanting
    ways = repairs.ways_out(one) if clash or left else repairs.other_times(one)
    choices = tuple(_choice(one, repair, names, last) for repair in ways if repair.slot or not left)
    return Line(
        one.key, course_name(one.session.course), one, (one.slot.day - last).days if one.slot and last else None, *names.of(one.slot),
        repairs.why_not_wished(one) if wanting else one.reasons, choices,
        clash or bool(trouble), chosen, one.key in found.stayed, found.ideal.get(one.key), trouble,
    )  # fmt: skip


def _choice(one: Proposal, repair: Repair, names: _Names, last: date | None) -> Choice:
    slot, window = repair.slot, one.window
    if slot is None or window is None:
        return Choice(LEFT, repair.kind, None, None, None, "", "")
    lies = band(slot.day, window.recommended, (window.earliest, window.latest), window.ideal_gap_days)
    return Choice(value_of(slot), repair.kind, slot, (slot.day - last).days if last else None, lies, *names.of(slot))


def _advice(plan: TreatmentPlan, lines: Sequence[Line]) -> list[str]:
    """One sentence for each thing that keeps several sessions out and can be mended on this page or in Settings."""
    out = [line for line in lines if line.slot is None and not line.left]
    codes = {obstacle.code for line in out for obstacle in line.obstacles}
    found = []
    if Code.OUTSIDE_STAY in codes:
        last = max((line.window.recommended for line in out if line.window), default=None)
        n, of = len(lines) - len(out), len(lines)
        found.append(
            _("%(n)s of %(all)s sessions fit into the stay. A longer stay or fewer sessions helps; the others can stay open.", n=n, all=of)
        )
        if last:
            found.append(_("All of them would need a stay until about: %(day)s.", day=day_words(last, date.min)))
    return found


def hours_missing() -> bool:
    """The clinic has no opening hours at all, so nothing can be booked on any day."""
    return not clinic.calendar(clinic.location()).openings
