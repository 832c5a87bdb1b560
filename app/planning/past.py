"""What the sessions so far leave for the next one to count from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from app.planning.answer import Aspect, Because, Reason, Rule
from app.planning.durations import Duration
from app.planning.question import Basis, Gap, Question, Step


class Anchor(NamedTuple):
    """The day of a session that others count from; `step` is None for the previous session."""

    day: date
    step: int | None = None
    basis: Basis = Basis.PERFORMED


class Place(NamedTuple):
    """The next session to fill: the n-th of the series, or of maintenance."""

    number: int
    maintenance: bool
    rules: Step


class Limit(NamedTuple):
    """A day some rule leads to; the reason is made only for the limit that decides."""

    day: date
    because: Because
    rule: Rule | None = None
    anchor: Anchor | None = None
    duration: Duration | None = None
    note: str = ""

    def reason(self, aspect: Aspect, days: int = 0) -> Reason:
        """This limit as the reason of something; `days` as in Reason."""
        anchor = self.anchor or _NO_ANCHOR
        return Reason(
            aspect=aspect,
            because=self.because,
            day=self.day,
            rule=self.rule,
            anchor=None if self.anchor is None else anchor.day,
            anchor_step=anchor.step,
            basis=anchor.basis,
            duration=self.duration,
            days=days,
            note=self.note,
        )


_NO_ANCHOR = Anchor(date.min)


@dataclass(slots=True)
class Past:
    """The last session, and the one that satisfied each step so far (by number, from 1)."""

    last: Anchor | None = None
    by_step: dict[int, Anchor] = field(default_factory=dict)
    maintained: int = 0

    def add(self, day: date, basis: Basis = Basis.PERFORMED) -> None:
        """A session on `day`: the next one counts from it, whatever it was worth."""
        if self.last is None or day >= self.last.day:
            self.last = Anchor(day, None, basis)

    def fill(self, place: Place, day: date, basis: Basis = Basis.PERFORMED) -> None:
        """The session on `day` takes its place."""
        if place.maintenance:
            self.maintained += 1
        else:
            self.by_step[place.number] = Anchor(day, place.number, basis)

    def next_place(self, question: Question) -> Place | None:
        """The first place still open: a step, else maintenance where there is any left."""
        number = len(self.by_step) + 1
        if number <= len(question.steps):
            return Place(number, False, question.steps[number - 1])
        rule = question.maintenance
        if rule is None or (rule.times is not None and self.maintained >= rule.times):
            return None
        gap = rule.first if self.maintained == 0 or rule.repeat is None else rule.repeat
        return Place(self.maintained + 1, True, Step((gap,)))

    def limits(self, gaps: tuple[Gap, ...], rule: Rule) -> Iterator[Limit]:
        """Where `rule` of each gap leads; a gap without it, or without a session, leads nowhere."""
        for gap in gaps:
            anchor = self.last if gap.from_step is None else self.by_step[gap.from_step]
            length = _length(gap, rule)
            if anchor is not None and length is not None:
                day = length.after(anchor.day)
                yield Limit(day, Because.GAP, rule, anchor, length)


def _length(gap: Gap, rule: Rule) -> Duration | None:
    if rule is Rule.MIN:
        return gap.min
    if rule is Rule.IDEAL:
        return gap.ideal
    if rule is Rule.MAX:
        return gap.max
    return gap.absolute_min


def furthest(limits: Iterable[Limit]) -> Limit | None:
    """The limit with the latest day; of equals the first."""
    return max(limits, key=lambda limit: limit.day, default=None)
