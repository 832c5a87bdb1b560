"""The dates of a plan line by line: each session with its time or why it has none, and the ways out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.i18n import _
from app.planning.bands import Band, band
from app.planning.obstacles import Obstacle
from app.planning.repairs import NEEDS_LEAVE, Kind, Repair
from app.planning.visit import Slot
from app.planning.windows import Window
from app.plans.builder.booking_form import value_of
from app.plans.builder.decisions import LEFT
from app.plans.builder.proposing import Proposed
from app.plans.words import course_name
from app.schedule.placing import repairs
from app.schedule.placing.proposals import Key, Proposal
from app.schedule.words import obstacle_words
from models.appointment import VisitKind


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
    """One session: its time or why it has none, and the ways out.

    `gap`: days since the session of its course before it, or since where that would best lie. `clash`: it has no time, or not the
    wished one. `decided`: what was chosen by hand, as a form carries it, or empty. `stays`: it kept its place when another was
    decided; `ideal` is where it would lie otherwise. `trouble`: what was lost to somebody else. `beside`: the sessions of other
    courses that are done in the same visit, in words.
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
    beside: tuple[str, ...] = ()

    @property
    def slot(self) -> Slot | None:
        return self.proposal.slot

    @property
    def day(self) -> date | None:
        """The day it lies on, or would best lie on: the windows of those behind it count from there."""
        return self.slot.day if self.slot else self.window.recommended if self.window else None

    @property
    def left(self) -> bool:
        """Left for later: by hand, or because it lies too far ahead."""
        return self.decided == LEFT or self.proposal.too_far

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
        return [*found, *([_("after the review")] if one.after_review else []), *(one.words if one.too_far else [])]

    @property
    def stored(self) -> bool:
        """Its plan is made, so every free time can be looked at."""
        return self.proposal.session.id > 0 and self.window is not None

    @property
    def continues(self) -> bool:
        """Its visit stands in the table already, at a session of a course before it."""
        return any(place < self.key[0] for place, _label in self.proposal.joined_with)


@dataclass(frozen=True)
class Names:
    """People, rooms and sessions as the lines call them."""

    people: Mapping[int, str]
    rooms: Mapping[int, str]
    sessions: Mapping[Key, str]

    def of(self, slot: Slot | None) -> tuple[str, str]:
        return (self.people.get(slot.performer_id or 0, ""), self.rooms.get(slot.room_id or 0, "")) if slot else ("", "")


def line_of(one: Proposal, before: Sequence[Line], names: Names, found: Proposed, trouble: str, since: date | None) -> Line:
    """A session in words. `before`: the lines above it. `since`: the last day of its course before it that is done or booked."""
    proposed = next((line.day for line in reversed(before) if line.key[0] == one.place), None)
    last = max(filter(None, (proposed, since)), default=None)
    decided = found.pins.get(one.key)
    chosen = value_of(decided) if decided else LEFT if one.key in found.pins else ""
    left, wanting = chosen == LEFT or one.too_far, not decided and repairs.not_as_wished(one)
    clash = (one.slot is None and not left) or wanting
    ways = repairs.ways_out(one) if clash or left else repairs.other_times(one)
    choices = tuple(_choice(one, repair, names, last) for repair in ways if repair.slot or not left)
    return Line(
        one.key, course_name(one.session.course), one, (one.slot.day - last).days if one.slot and last else None, *names.of(one.slot),
        repairs.why_not_wished(one) if wanting else one.reasons, choices,
        clash or bool(trouble), chosen, one.key in found.stayed and one.key in found.ideal, found.ideal.get(one.key), trouble,
        tuple(names.sessions[key] for key in one.joined_with if key in names.sessions),
    )  # fmt: skip


def _choice(one: Proposal, repair: Repair, names: Names, last: date | None) -> Choice:
    slot, window = repair.slot, one.window
    if slot is None or window is None:
        return Choice(LEFT, repair.kind, None, None, None, "", "")
    lies = band(slot.day, window.recommended, (window.earliest, window.latest), window.ideal_gap_days)
    return Choice(value_of(slot), repair.kind, slot, (slot.day - last).days if last else None, lies, *names.of(slot))
