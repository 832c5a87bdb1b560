"""What the forecast is asked: the rules of a course and what has happened in it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self

from app.planning.durations import Duration


class BadQuestion(ValueError):
    """The question contradicts itself or cannot be read: what is wrong, and where."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(f"{where}: {what}" if where else what)
        self.what = what
        self.where = where

    def inside(self, outer: str) -> "BadQuestion":
        """The same fault, told from one level further out."""
        dot = "." if self.where and not self.where.startswith("[") else ""
        return BadQuestion(self.what, f"{outer}{dot}{self.where}")


class Basis(StrEnum):
    """How firm the day is that a date was counted from."""

    PERFORMED = "performed"
    BOOKED = "booked"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a session lies from an earlier one.

    `from_step` names the step whose session it counts from; None is the previous performed
    session, counted or not. Below `absolute_min` a session does not count; `min` is the first
    day to plan for, `ideal` the aim, `max` the last good day. A missing `min` is the
    `absolute_min` and the reverse, a missing `ideal` is the `min` (docs/forecast.md rule 3).
    """

    from_step: int | None = None
    absolute_min: Duration | None = None
    min: Duration | None = None
    ideal: Duration | None = None
    max: Duration | None = None

    def __post_init__(self) -> None:
        least = self.min if self.min is not None else self.absolute_min
        if self.absolute_min is None:
            object.__setattr__(self, "absolute_min", least)
        if self.ideal is None:
            object.__setattr__(self, "ideal", least)
        object.__setattr__(self, "min", least)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Dates set for this patient or by season. Each of the two `not_before` stands in for the other."""

    absolute_not_before: date | None = None
    not_before: date | None = None
    ideal_from: date | None = None
    latest: date | None = None

    def __post_init__(self) -> None:
        if self.not_before is None:
            object.__setattr__(self, "not_before", self.absolute_not_before)
        elif self.absolute_not_before is None:
            object.__setattr__(self, "absolute_not_before", self.not_before)


_UNBOUND = Bounds()


@dataclass(frozen=True, slots=True)
class Step:
    """The n-th session of a series with its gap rules and dates."""

    gaps: tuple[Gap, ...] = ()
    bounds: Bounds = _UNBOUND

    def no_sooner_than(self, day: date) -> Self:
        """The step begun on this day or later; a last day that would not lie after its first one falls away."""
        bounds = self.bounds
        first = max(day, bounds.not_before or day)
        latest = bounds.latest if bounds.latest is not None and bounds.latest > first else None
        return replace(self, bounds=Bounds(first, first, bounds.ideal_from, latest))


@dataclass(frozen=True, slots=True)
class Performed:
    """A series or maintenance session that took place. `ref` is the caller's own number for it."""

    day: date
    override: bool = False
    substandard: bool = False
    ref: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Days without treatment, both ends included; without `until` it stands until somebody ends it."""

    start: date
    until: date | None = None
    reason: str = ""

    def cover(self, day: date) -> bool:
        """The day is one of them."""
        return self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Booked:
    """The day an open step is booked on, or is expected on (`basis`)."""

    step: int
    day: date
    basis: Basis = Basis.BOOKED


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something else on the same area: no session in the `min_days` after its day."""

    day: date
    min_days: int
    reason: str = ""
    basis: Basis = Basis.PERFORMED


@dataclass(frozen=True, slots=True)
class MaintenanceRule:
    """Sessions after the last step: `first` for m1, `repeat` for the others, at most `times`."""

    first: Gap
    repeat: Gap | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A course as the forecast sees it on the day `today` of the clinic.

    `with_maintenance`: the first maintenance session is planned with the series, so it is one of what comes after the next session;
    a booking of it has the number behind the last step.

    Raises BadQuestion where a gap counts from a step that is not earlier, a session was
    performed after today, or a hold ends before it begins.
    """

    today: date
    steps: tuple[Step, ...]
    performed: tuple[Performed, ...] = ()
    holds: tuple[Hold, ...] = ()
    booked: tuple[Booked, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    maintenance: MaintenanceRule | None = None
    grace_days: int = 0
    lapse_days: int | None = None
    with_maintenance: bool = False

    def __post_init__(self) -> None:
        if not self.steps:
            raise BadQuestion("a series needs at least one step", "steps")
        for number, step in enumerate(self.steps, start=1):
            _check_gaps(number, step.gaps)
        _check_performed(self.performed, self.today)
        _check_holds(self.holds)

    @property
    def origins(self) -> frozenset[int]:
        """The steps from which a later one counts its days, whatever was performed since."""
        return frozenset(gap.from_step for step in self.steps for gap in step.gaps if gap.from_step)


def _check_gaps(number: int, gaps: Iterable[Gap]) -> None:
    for index, gap in enumerate(gaps):
        if gap.from_step is not None and not 1 <= gap.from_step < number:
            where = f"steps[{number - 1}].gaps[{index}].from"
            raise BadQuestion(f"step {gap.from_step} is not earlier than step {number}", where)


def _check_performed(performed: Iterable[Performed], today: date) -> None:
    for index, session in enumerate(performed):
        if session.day > today:
            what = f"{session.day} is after today, {today}"
            raise BadQuestion(what, f"performed[{index}].date")


def _check_holds(holds: Iterable[Hold]) -> None:
    for index, hold in enumerate(holds):
        if hold.until is not None and hold.until < hold.start:
            what = f"{hold.until} is before the hold begins, {hold.start}"
            raise BadQuestion(what, f"holds[{index}].until")
