"""The words of suitability: rules of a protocol, findings of a patient, and the answers to "may we treat?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.planning.durations import Duration


class Effect(StrEnum):
    """What a rule does while its finding stands."""

    ABSOLUTE = "absolute"
    UNTIL = "until"
    DAYS = "days"
    CLEARANCE = "clearance"
    WARN = "warn"


class Sex(StrEnum):
    """As recorded; a patient who was never asked is UNKNOWN."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Applies:
    """To whom a question is put: recorded sex, and whole years of age from ``age_from`` up to ``age_to``."""

    sex: frozenset[str]
    age_from: int
    age_to: int
    ask_if_age_unknown: bool = True
    can_be_switched_off: bool = True


@dataclass(frozen=True, slots=True)
class SuitabilityRule:
    """One rule of a protocol as plain values.

    ``days`` counts from the day the finding ended; ``before_too`` also keeps that many days clear before a planned
    one. ``fades_after`` is how long a cleared-or-warned thing still matters after its end. ``then`` is what is left
    once the event is recorded. ``review``: how long after its beginning the physician is asked to look again. ``override_after``:
    the days after which a physician may shorten the wait. ``never_override``: not even a physician with a reason.
    """

    key: str
    effect: Effect
    until_event: str | None = None
    days: int = 0
    before_too: bool = False
    fades_after: int = 0
    then: Effect | None = None
    review: Duration | None = None
    applies: Applies | None = None
    never_override: bool = False
    override_after: int = 0
    same_question_as: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in a patient, under the key of a rule.

    ``area`` or ``product`` narrow it; None means everywhere, every product. ``since`` None: always. ``ended_on``: the
    day the event was recorded or the thing was over. ``cleared_on``: the day from which a physician's clearance
    holds. ``overridden``: a physician treats with a reason. ``review_on``: the day agreed with the physician.
    """

    rule: str
    since: date | None = None
    ended_on: date | None = None
    cleared_on: date | None = None
    overridden: bool = False
    area: str | None = None
    product: str | None = None
    review_on: date | None = None
    source: object = None


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What decides whether a question may apply. ``not_asked``: rules this patient asked not to be asked about."""

    sex: str = Sex.UNKNOWN
    born: date | None = None
    not_asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is to be done, as far as findings care: its area, and every product of its sessions."""

    area: str
    products: frozenset[str] = frozenset()


class Outcome(StrEnum):
    """What a rule says about the day."""

    CLEAR = "clear"
    WARNS = "warns"
    BLOCKS = "blocks"


class Why(StrEnum):
    """What decided an answer, for the words of a page."""

    NO_FINDING = "no_finding"
    NOT_ASKED = "not_asked"  # the question cannot apply to this patient
    OVER = "over"
    CLEARED = "cleared"
    OVERRIDDEN = "overridden"
    STANDS = "stands"
    UNTIL_EVENT = "until_event"
    UNTIL_DAY = "until_day"
    END_NOT_RECORDED = "end_not_recorded"
    PLANNED_SOON_AFTER = "planned_soon_after"
    NEEDS_CLEARANCE = "needs_clearance"
    TOO_YOUNG = "too_young"
    AGE_UNKNOWN = "age_unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule says, why, and what would end it.

    ``until_day`` is the first day that would be free; ``until_event`` the event to be recorded; ``wait_days`` the
    days to wait after an end that is not recorded yet. ``physician_may_clear``: a clearance or an ended finding
    lifts it, always by a physician. ``override_from``: the first day a physician may treat with a reason, None if
    never. ``review_on``: the day to ask the physician again; nothing ends or is sent by itself on it.
    """

    rule: str
    outcome: Outcome
    why: Why
    until_day: date | None = None
    until_event: str | None = None
    wait_days: int = 0
    physician_may_clear: bool = False
    override_from: date | None = None
    review_on: date | None = None
    finding: Finding | None = None

    @property
    def blocks(self) -> bool:
        """Whether treatment may not go ahead on the day asked about."""
        return self.outcome is Outcome.BLOCKS

    @property
    def warns(self) -> bool:
        """Whether treatment may go ahead, but the physician should know."""
        return self.outcome is Outcome.WARNS
