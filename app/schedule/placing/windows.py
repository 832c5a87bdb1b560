"""The windows of a course's open sessions while they are being placed: the forecast asked "what if they lay here?"."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.planning.answer import Due
from app.planning.forecast import due_of
from app.planning.placement import FURTHEST
from app.planning.question import Booked, Question, Step
from app.planning.windows import Window
from app.series import other_acts
from app.series.facts import open_sessions
from app.series.other_acts import OtherAct
from app.series.reading import Reading, SessionLine
from models.treatment import Course


@dataclass(frozen=True)
class Chain:
    """The sessions of one course that have no visit yet, in order. `steps`: the step each would satisfy; `allowed`: those whose booked
    day a physician has allowed."""

    course: Course
    question: Question
    lines: tuple[SessionLine, ...]
    steps: tuple[int, ...]
    today: date
    allowed: frozenset[int] = frozenset()
    _known: dict[tuple[int, tuple[date | None, ...]], Due | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def remembers(self) -> frozenset[int]:
        """The sessions of the chain from which later ones count their days, besides the one before."""
        return frozenset(index for index, step in enumerate(self.steps) if step in self.question.origins)

    def beginning(self, first: date | None) -> Chain:
        """The chain when its course begins not before this day, because of a session placed in another course."""
        if first is None:
            return self
        steps = (self.question.steps[0].no_sooner_than(first), *self.question.steps[1:])
        return replace(self, question=replace(self.question, steps=steps))

    def behind(self, others: Sequence[OtherAct]) -> Chain:
        """The chain when these treatments of other courses come before it."""
        conflicts = (*self.question.conflicts, *other_acts.conflicts(self.course, others))
        return replace(self, question=replace(self.question, conflicts=conflicts))

    def window_after(self, index: int, days: tuple[date | None, ...]) -> Window | None:
        """The window of a session when those before it lie on these days; None while it has no dates."""
        window = Window.of_due(self.due(index, days))
        if window is None:
            return None
        if window.latest is not None and window.latest < self.today:  # overdue: as soon as possible
            window = window._replace(earliest=self.today, recommended=self.today, latest=None)
        return self._before_those_booked(index, days, window.still_ahead(self.today))

    def breaks(self, index: int, days: tuple[date | None, ...], day: date) -> bool:
        """On this day, those before it on `days`, a session that is booked behind it would be too early."""
        then = self._with(*zip(self.steps, (*days[:index], day), strict=False))
        behind = [one for one in self.question.booked if one.step > self.steps[index] and one.step not in self.allowed]
        return any(due.is_too_early(one.day) for one in behind if (due := due_of(then, one.step)))

    def _before_those_booked(self, index: int, days: tuple[date | None, ...], window: Window) -> Window:
        """Only the days on which those booked behind it may stay: the later it lies, the later they may."""
        behind = [one.day for one in self.question.booked if one.step > self.steps[index]]
        if not behind:
            return window
        last = min(window.latest or max(behind), max(behind))
        low, high = 0, max(0, (last - window.earliest).days + 1)  # of the days from the earliest on, so many are tried, so many may do
        while low < high:
            middle = (low + high) // 2
            if self.breaks(index, days, window.earliest + timedelta(days=middle)):
                high = middle
            else:
                low = middle + 1
        return window._replace(latest=window.earliest + timedelta(days=low - 1))

    def _with(self, *placed: tuple[int, date | None]) -> Question:
        booked = tuple(Booked(step, day) for step, day in placed if day is not None)
        return replace(self.question, booked=(*self.question.booked, *booked))

    def due(self, index: int, days: tuple[date | None, ...] = ()) -> Due | None:
        """What the forecast says of a session when those before it lie on these days."""
        key = index, days
        if key not in self._known:
            self._known[key] = due_of(self._with(*zip(self.steps, days, strict=False)), self.steps[index])
        return self._known[key]

    def soonest(self, index: int, days: tuple[date | None, ...]) -> date | None:
        """The first day on which a session would still count: below that its absolute minimum is not kept."""
        due = replace(self, question=replace(self.question, steps=tuple(map(_at_the_least, self.question.steps)))).due(index, days)
        return due.earliest if due else None

    def near(self, last: date, decided: Container[int]) -> int:
        """How many of its sessions are placed now: up to the first one that is best done after the last day, or the last decided."""
        dues = (self.due(index) for index in range(len(self.lines)))
        far = (index for index, due in enumerate(dues) if due and due.recommended and due.recommended > last)
        return max(next(far, len(self.lines)), *(index + 1 for index in range(len(self.lines)) if index in decided), 0)

    @property
    def furthest(self) -> date:
        """A day after which no session of the chain is looked for, with room for those that come late."""
        dues = [due for index in range(len(self.lines)) if (due := self.due(index)) and due.recommended]
        ends = [due.latest or due.recommended or self.today for due in dues]
        return max([self.today, *ends]) + timedelta(days=FURTHEST + 30)


def chain_of(reading: Reading, today: date) -> Chain:
    """The open sessions of a course."""
    question, satisfied = reading.question, reading.satisfied
    visits, lines = reading.visits, {line.session.id: line for line in reading.lines if line.session is not None}
    rows = list(enumerate(open_sessions(reading.course), start=satisfied + 1))
    open_ones = [(lines[row.id], step) for step, row in rows if row.id not in visits and row.id in lines]
    allowed = frozenset(step for step, row in rows if row.override_by_id is not None)
    return Chain(reading.course, question, tuple(line for line, _ in open_ones), tuple(step for _, step in open_ones), today, allowed)


def _at_the_least(step: Step) -> Step:
    """The step when nothing but its absolute minimum counts."""
    bounds = replace(step.bounds, not_before=step.bounds.absolute_not_before)
    return replace(step, gaps=tuple(replace(gap, min=gap.absolute_min) for gap in step.gaps), bounds=bounds)
