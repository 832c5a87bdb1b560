"""Days that must lie between two acts on overlapping areas, and which acts may share a day.

The rules match what is done to the tissue, never a protocol: filler on Monday concerns every needle on that face,
whichever plan it is in. They are checked both ways round a new date, across all courses and plans of a patient.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import permutations

from app.planning.act_rules import ActRules, UnknownName, min_days_between, overlap


@dataclass(frozen=True, slots=True)
class Done:
    """Acts performed, booked or asked about, on one area and one day.

    ``course`` is any value that names the course, or None outside of one. ``at`` orders things of one day (minutes
    after midnight, or the place within a visit); None: the order is not known yet. ``source`` is the caller's own
    reference (a session, a visit) and is handed back untouched.
    """

    acts: tuple[str, ...]
    area: str
    day: date
    course: object = None
    at: int | None = None
    source: object = None


class ClashKind(StrEnum):
    """Why two treatments may not lie as they do."""

    GAP = "gap"
    ORDER = "order"
    SAME_DAY_FORBIDDEN = "same_day_forbidden"


@dataclass(frozen=True, slots=True)
class Clash:
    """One reason why ``new`` may not stand beside ``other``.

    ``days_required`` counts from the day of ``from_act`` to the day of ``to_act``. ``earliest_ok_day`` is the first
    day from the wanted one on at which these two no longer clash; other treatments may still object.
    """

    kind: ClashKind
    from_act: str
    to_act: str
    days_required: int
    new: Done
    other: Done
    earliest_ok_day: date

    @property
    def other_day(self) -> date:
        """The day of the treatment that stands in the way."""
        return self.other.day

    @property
    def may_be_overridden(self) -> bool:
        """Whether a physician may allow it with a reason; a pair forbidden on one day may never be."""
        return self.kind is not ClashKind.SAME_DAY_FORBIDDEN


@dataclass(frozen=True, slots=True)
class ActConflict:
    """What an earlier treatment asks of a later one: not before ``day`` plus ``min_days`` days."""

    day: date
    min_days: int
    from_act: str
    to_act: str
    source: object = None


def may_follow_same_day(rules: ActRules, first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether ``second`` may be done after ``first`` on one day and overlapping areas."""
    later = tuple(second)
    return all(_same_day_fault(rules, a, b) is None for a in first for b in later)


def is_same_day_pair(rules: ActRules, one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether these acts are meant for one visit: in an order that the library names and nothing speaks against."""
    for first, second in ((one, other), (other, one)):
        if may_follow_same_day(rules, first, second) and any((a, b) in rules.lifted for a in first for b in second):
            return True
    return False


def _same_day_fault(rules: ActRules, first: str, second: str) -> ClashKind | None:
    if (first, second) in rules.forbidden:
        return ClashKind.SAME_DAY_FORBIDDEN
    if (first, second) in rules.lifted or not rules.days.get((first, second)):
        return None
    return ClashKind.GAP


def clashes(rules: ActRules, new: Sequence[Done], others: Iterable[Done]) -> list[Clash]:
    """Every reason why the new treatments may not lie on their days, in order of the other's day.

    Each new one is asked against every other, before and after it, and against the other new ones. Two of one course
    are left to the course's own gaps. Acts of one ``Done`` belong together and are not asked against each other.
    Raises UnknownName for an act or area that is not defined.
    """
    against = sorted(others, key=lambda other: other.day)
    found = [clash for one in new for other in against for clash in _between(rules, one, other)]
    for i, one in enumerate(new):
        found += [clash for other in new[:i] for clash in _between(rules, one, other)]
    return found


def _between(rules: ActRules, new: Done, other: Done) -> Iterator[Clash]:
    _check_acts(rules, new, other)
    if _same_course(new, other) or not overlap(rules.parents, new.area, other.area):
        return
    if new.day == other.day:
        faults = _faults_of_the_day(rules, new, other)
    else:
        first, second = sorted((new, other), key=lambda done: done.day)
        apart = (second.day - first.day).days
        pairs = ((a, b) for a in first.acts for b in second.acts)
        faults = [(ClashKind.GAP, a, b) for a, b in pairs if rules.days.get((a, b), 0) > apart]
    for kind, a, b in faults:
        yield Clash(kind, a, b, rules.days.get((a, b), 0), new, other, _first_ok_day(rules, new, other))


def _check_acts(rules: ActRules, *treatments: Done) -> None:
    for treatment in treatments:
        for act in treatment.acts:
            if act not in rules.acts:
                raise UnknownName(f"act {act!r} is not defined")


def _same_course(one: Done, other: Done) -> bool:
    return one.course is not None and one.course == other.course


def _faults_of_the_day(rules: ActRules, new: Done, other: Done) -> list[tuple[ClashKind, str, str]]:
    """Faults in the order that is known; with an unknown order, only what fails in both orders."""
    new_last = _ordered_faults(rules, other.acts, new.acts)
    new_first = _ordered_faults(rules, new.acts, other.acts)
    if new.at is None or other.at is None or new.at == other.at:
        # of two orders that fail alike the same one is told, whichever treatment is the new one
        return min(new_last, new_first, key=lambda faults: (len(faults), faults))
    wanted, turned = (new_last, new_first) if other.at < new.at else (new_first, new_last)
    if wanted and not turned:  # only the order is wrong, which is easier to mend than the day
        return [(ClashKind.ORDER, a, b) for _, a, b in wanted]
    return wanted


def _ordered_faults(rules: ActRules, first: Sequence[str], second: Sequence[str]) -> list[tuple[ClashKind, str, str]]:
    faults = ((_same_day_fault(rules, a, b), a, b) for a in first for b in second)
    return [(kind, a, b) for kind, a, b in faults if kind is not None]


def _first_ok_day(rules: ActRules, new: Done, other: Done) -> date:
    """The first day not before the wanted one at which ``new`` may stand beside ``other``."""
    after = other.day + timedelta(days=max(1, min_days_between(rules, other.acts, new.acts)))
    if new.day > other.day:
        return after
    same_day_ok = may_follow_same_day(rules, other.acts, new.acts) or may_follow_same_day(rules, new.acts, other.acts)
    return other.day if same_day_ok else after


def conflicts_for(rules: ActRules, acts: Sequence[str], area: str, others: Iterable[Done]) -> list[ActConflict]:
    """What earlier treatments on overlapping areas ask of these acts: one line each, the strictest row, by day.

    For the forecast's ``conflicts``. Give it what was performed, and what is booked before the session asked about;
    leave out the course itself. A booking that lies later is a matter of ``clashes``, not of the earliest day.
    """
    found = []
    for other in sorted(others, key=lambda done: done.day):
        _check_acts(rules, other)
        if overlap(rules.parents, area, other.area):
            days, a, b = max(((rules.days.get((a, b), 0), a, b) for a in other.acts for b in acts), default=(0, "", ""))
            if days:
                found.append(ActConflict(other.day, days, a, b, other.source))
    return found


def in_same_day_order(rules: ActRules, treatments: Sequence[Done]) -> tuple[Done, ...] | None:
    """The order in which treatments of one visit may be done, nearest to the given one; None if there is none."""
    for order in permutations(treatments):
        if all(_may_follow(rules, first, second) for i, second in enumerate(order) for first in order[:i]):
            return order
    return None


def _may_follow(rules: ActRules, first: Done, second: Done) -> bool:
    apart = _same_course(first, second) or not overlap(rules.parents, first.area, second.area)
    return apart or may_follow_same_day(rules, first.acts, second.acts)
