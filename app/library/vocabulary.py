"""What a library is made of: every word, rule and text as a typed, frozen value.

Field names are those of ``app/library/library.yaml``, whose comments say what each means. Days are whole calendar days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.library.names import Names
from app.planning.durations import Duration
from app.planning.findings import Applies, Effect


@dataclass(frozen=True, slots=True)
class Word:
    """A named thing. ``of``: acts or groups of which a protocol that uses it must name one."""

    key: str
    names: Names
    of: tuple[str, ...] = ()
    extra: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What is really done to the tissue."""

    key: str
    names: Names


@dataclass(frozen=True, slots=True)
class Group:
    """A flat list of acts under one name."""

    key: str
    names: Names
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the body; ``parent`` contains it."""

    key: str
    names: Names
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class ActGap:
    """Days from one act (or group) to another on overlapping areas. ``basis``: S seen, G guessed, D derived."""

    from_: tuple[str, ...]
    to: tuple[str, ...]
    days: int
    basis: str
    except_same_act: bool = False


@dataclass(frozen=True, slots=True)
class SameDayPair:
    """Two acts or groups that may share a day in this order, or in both."""

    first: str
    second: str
    either_order: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an act (on an area), or a phase, brings with it: keys by section that a protocol may not lack."""

    acts: tuple[str, ...]
    area: str | None
    phase: str | None
    needs: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of suitability and the question it rests on. ``question`` is None where another rule's is used."""

    key: str
    names: Names
    effect: Effect
    question: Names | None
    until: str | None = None
    days: int = 0
    days_hint: int = 0
    min_override_days: int = 0
    also_after: bool = False
    then_effect: Effect | None = None
    override: str | None = None
    scope: str | None = None
    review: Duration | None = None
    ends_by_itself: bool = False
    applies: Applies | None = None
    physician_may_set: tuple[Effect, ...] = ()
    never_tell_patient_to_stop: bool = False
    same_question_as: str | None = None
    reception_label: Names | None = None
    note: Names | None = None


@dataclass(frozen=True, slots=True)
class CarePoint:
    """One line of preparation. ``lead_days`` before the visit the patient must know it.

    Past that day ``late`` stands in its place; None: the point is left out; the same text: it stays.
    """

    text: Names
    lead_days: int
    late: Names | None
    only_if_rule_applies: str | None = None


@dataclass(frozen=True, slots=True)
class AfterPoint:
    """One line of aftercare, for a window of hours after the performed end."""

    text: Names
    window: str


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of aftercare, counted from the performed end."""

    key: str
    names: Names
    from_hours: int
    to_hours: int


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A sign and whom to call: ``now_112``, ``clinic_day_and_night`` or ``clinic``."""

    text: Names
    call: str


@dataclass(frozen=True, slots=True)
class HonestyLine:
    """A line that is never removed. ``discreet`` stands in its place where a mail may not name the procedure."""

    key: str
    text: Names
    discreet: Names | None = None


@dataclass(frozen=True, slots=True)
class LapseRow:
    """From ``late_from`` days beyond the window on: what to do, and what to suggest to the physician."""

    late_from: int
    do: str
    suggest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LapsePolicy:
    """What lateness means for a series. ``lapse_days``: the course is lapsed when later than this."""

    key: str
    lapse_days: int
    rows: tuple[LapseRow, ...]
    basis: str

    def row_for(self, late: int) -> LapseRow | None:
        """The row that holds ``late`` days beyond the window: the last one reached. None while not late."""
        reached = [row for row in self.rows if row.late_from <= late]
        return reached[-1] if reached else None


@dataclass(frozen=True, slots=True)
class VisitKind:
    """A kind of visit that can be booked. None or ``of_protocol``: as the protocol says."""

    key: str
    names: Names
    minutes: int | None = None
    performer: str | None = None
    room: str | None = None
    records: tuple[str, ...] = ()
    gives: str | None = None
    first_phase: str | None = None
    carries_sessions: bool = False
    extra: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class MessageKindDefaults:
    """When a kind of message goes, how urgent it is and how long it helps, as the library proposes it."""

    key: str
    names: Names
    message_class: str
    urgency: str | None
    when: Mapping[str, object]
    useful_until: Mapping[str, object] | None
    only_if: str | None
    reply: tuple[str, ...]
    ignores_recall_opt_out: bool
    goes_on_in_a_hold: bool
    extra: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Track:
    """One course of a plan template. ``start_after``: (protocol, step, days) of another track."""

    protocol: str
    start_after: tuple[str, int, int] | None = None
    keep_apart_days: int | None = None


@dataclass(frozen=True, slots=True)
class PlanTemplate:
    """Several courses in one plan."""

    key: str
    names: Names
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class Defaults:
    """Figures that hold where a protocol or the clinic says nothing else."""

    evaluation_valid_days: int
    evaluation_task_before_days: int
    evaluation_minutes: int
    grace_days: int
    min_age: int
    band_at_least_days: int
    band_share_of_ideal_gap: float
    recall_max: int
    sending_from: str
    sending_to: str
    reception_label: Names
