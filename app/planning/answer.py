"""What the forecast answers: verdicts, dates, and the reasons of each as data."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.planning.bands import Band, band
from app.planning.durations import Duration
from app.planning.question import Basis


class VerdictKind(StrEnum):
    """What a performed session was worth (docs/forecast.md rule 4)."""

    COUNTED = "counted"
    COUNTED_EARLY = "counted_early"
    COUNTED_WITH_GRACE = "counted_with_grace"
    COUNTED_BY_OVERRIDE = "counted_by_override"
    MAINTENANCE = "maintenance"
    TOO_EARLY = "too_early"
    SUBSTANDARD = "substandard"
    EXTRA = "extra"


NOT_SATISFYING = frozenset({VerdictKind.TOO_EARLY, VerdictKind.SUBSTANDARD, VerdictKind.EXTRA})


class Status(StrEnum):
    """Where today stands against the dates of the next session."""

    DUE_LATER = "due_later"
    DUE = "due"
    OVERDUE = "overdue"
    LAPSED = "lapsed"
    ON_HOLD = "on_hold"


class CourseState(StrEnum):
    """How far the course has come."""

    NOT_STARTED = "not_started"
    IN_SERIES = "in_series"
    COMPLETE = "complete"
    IN_MAINTENANCE = "in_maintenance"


class Aspect(StrEnum):
    """What a reason explains."""

    VERDICT = "verdict"
    EARLIEST = "earliest"
    RECOMMENDED = "recommended"
    LATEST = "latest"
    DATES = "dates"


class Because(StrEnum):
    """The kinds of reason."""

    GAP = "gap"
    BOUND = "bound"
    CONFLICT = "conflict"
    LAST_SESSION = "last_session"
    TODAY = "today"
    HOLD = "hold"
    EARLIEST = "earliest"
    RECOMMENDED = "recommended"
    LAST_OPEN_DAY = "last_open_day"
    NO_END = "no_end"
    NO_LIMIT = "no_limit"
    GRACE = "grace"
    OVERRIDE = "override"
    SUBSTANDARD = "substandard"
    SAME_DAY = "same_day"
    AFTER_LAST_STEP = "after_last_step"
    MAINTENANCE = "maintenance"


class Rule(StrEnum):
    """Which figure of a gap, or which of the bounds."""

    ABSOLUTE_MIN = "absolute_min"
    MIN = "min"
    IDEAL = "ideal"
    MAX = "max"
    ABSOLUTE_NOT_BEFORE = "absolute_not_before"
    NOT_BEFORE = "not_before"
    IDEAL_FROM = "ideal_from"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a date is what it is, or a verdict; words for it are made elsewhere.

    `day` is where the rule leads; it was counted over `duration` from `anchor`, the day of the
    session of `anchor_step` (None: the previous session) or of a conflict, or a hold's first
    day. `days` are the days a session fell short of `day`, or for grace the days allowed.
    `note` holds the words of a conflict or hold, which may be clinical.
    """

    aspect: Aspect
    because: Because
    day: date | None = None
    rule: Rule | None = None
    anchor: date | None = None
    anchor_step: int | None = None
    basis: Basis = Basis.PERFORMED
    duration: Duration | None = None
    until: date | None = None
    days: int = 0
    note: str = ""

    @property
    def tentative(self) -> bool:
        """Counted from something that has not taken place yet."""
        return self.basis is not Basis.PERFORMED


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one performed session was worth, against `step` (None: there was none to satisfy)."""

    day: date
    kind: VerdictKind
    reasons: tuple[Reason, ...]
    step: int | None = None
    maintenance: bool = False
    ref: int | None = None

    @property
    def satisfies(self) -> bool:
        """The session fills its place in the series or in maintenance."""
        return self.kind not in NOT_SATISFYING


@dataclass(frozen=True, slots=True)
class Due:
    """The dates of a session to come. No dates at all: an open hold stands.

    `step` counts from 1, within maintenance if `maintenance`. `latest` None: no last good day.
    `status` None: a later step, only projected. `ideal_gap_days` is the ideal distance in days
    from the session it counts from, 0 where no gap has an ideal.
    """

    step: int
    maintenance: bool
    earliest: date | None
    recommended: date | None
    latest: date | None
    reasons: tuple[Reason, ...]
    status: Status | None = None
    ideal_gap_days: int = 0

    @property
    def tentative(self) -> bool:
        """Some date counts from a session that has not taken place yet."""
        return any(reason.tentative for reason in self.reasons)

    def is_too_early(self, day: date | None) -> bool:
        """The day lies before the first one: it is neither booked nor offered without a physician's leave."""
        return day is not None and self.earliest is not None and day < self.earliest

    def band(self, day: date) -> Band | None:
        """How well `day` fits these dates; None while there are none."""
        if self.earliest is None or self.recommended is None:
            return None
        return band(day, self.recommended, (self.earliest, self.latest), self.ideal_gap_days)


@dataclass(frozen=True, slots=True)
class Answer:
    """The forecast of a course: what was done, what is next, what would follow."""

    course: CourseState
    verdicts: tuple[Verdict, ...]
    next: Due | None
    projected: tuple[Due, ...] = ()

    @property
    def satisfied(self) -> int:
        """The number of steps of the series that have their session."""
        return sum(verdict.satisfies and not verdict.maintenance for verdict in self.verdicts)

    @property
    def dues(self) -> tuple[Due, ...]:
        """The dates of every session to come that has some, in order."""
        return (self.next, *self.projected) if self.next is not None else self.projected
