"""The typed view of one protocol version's content: what is done, in which steps, with whom and what, and what is said.

The shape is that of a protocol entry of ``app/library/library.yaml`` and is stored with the version. Nothing here is medical
advice: a physician approves every version. A running course copies the numbers; the physician edits the copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.library.names import Names
from app.planning import question
from app.planning.durations import Duration
from app.planning.findings import Effect

PHASES = ("preparation", "numbing", "procedure", "afterwards")


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a session lies from an earlier one; ``from_step`` None counts from the last performed session."""

    absolute_min: Duration | None = None
    min: Duration | None = None
    ideal: Duration | None = None
    max: Duration | None = None
    from_step: int | None = None

    def as_question(self) -> question.Gap:
        """The same gap as the forecast reads it."""
        return question.Gap(self.from_step, self.absolute_min, self.min, self.ideal, self.max)


@dataclass(frozen=True, slots=True)
class Step:
    """The n-th session of a series, counted from 1; the first has no gap."""

    n: int
    gaps: tuple[Gap, ...] = ()

    def as_question(self) -> question.Step:
        """The same step as the forecast reads it."""
        return question.Step(tuple(gap.as_question() for gap in self.gaps))


@dataclass(frozen=True, slots=True)
class Variant:
    """Other defaults for an area, a goal or a severity: a number of sessions, or gaps from a step on."""

    key: str
    names: Names
    area: str | None = None
    sessions: int | None = None
    repeats_gap_of_step: int | None = None
    from_step: int | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """Up to how many sessions the series may go, and which step's gap each further one repeats."""

    to: int
    repeats_gap_of_step: int


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Sessions after the series, each counted from the last performed one; ``times`` None: for ever."""

    first: Gap
    repeat: Gap
    recall: str
    times: int | None = None

    def as_question(self) -> question.MaintenanceRule:
        """The same rule as the forecast reads it."""
        return question.MaintenanceRule(self.first.as_question(), self.repeat.as_question(), self.times)


@dataclass(frozen=True, slots=True)
class DeviceUse:
    """A device of a phase, from the phase's begin; ``minutes`` None: for the whole phase."""

    device: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a visit and what it claims.

    ``who`` is a key of the library's people; ``place`` a chair (``any_chair``) or ``same_room``; ``room`` the
    capability the room of a procedure must have. Only a procedure has skills, a room and an assistant.
    """

    name: str
    minutes: int
    who: str
    place: str | None = None
    room: str | None = None
    assistant: str | None = None
    skills: tuple[str, ...] = ()
    devices: tuple[DeviceUse, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtraVisit:
    """A visit beside the sessions: a touch-up or review days after a step, a patch test hours before one."""

    kind: str
    optional: bool
    after_step: int | None = None
    before_step: int | None = None
    from_days: int | None = None
    to_days: int | None = None
    before_first_hours: int | None = None
    repeat_after_gap_days: int | None = None
    repeat_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoPoint:
    """When photos are taken. ``of``: days after each session, or after the last."""

    at: str
    n: int | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Season:
    """Months (1–12) in which the physician is warned before planning."""

    key: str
    avoid_months: tuple[int, ...]
    effect: Effect = Effect.WARN


@dataclass(frozen=True, slots=True)
class MessageWishes:
    """A cadence, with kinds of message added and left out."""

    cadence: str
    add: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProtocolContent:
    """Everything one version of a protocol says. Keys name entries of the library.

    ``grace_days``, ``min_age`` None: the library's default. ``rule_effects``: effects a physician set
    at approval where the rule and ``must_confirm`` allow it.
    """

    key: str
    names: Names
    acts: tuple[str, ...]
    area: str
    evaluation_required: bool
    steps: tuple[Step, ...]
    needs: tuple[Phase, ...]
    rules: tuple[str, ...]
    pre: tuple[str, ...]
    after: tuple[str, ...]
    red_flags: tuple[str, ...]
    honesty: tuple[str, ...]
    messages: MessageWishes
    lapse: str
    maintenance: Maintenance | None = None
    delivery: str | None = None
    enabled: bool = True
    attest: tuple[str, ...] = ()
    variants: Mapping[str, Variant] = field(default_factory=dict)
    review_after: tuple[int, ...] = ()
    extension: Extension | None = None
    extra_visits: tuple[ExtraVisit, ...] = ()
    products: tuple[str, ...] = ()
    stock: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    clinic: tuple[str, ...] = ()
    grace_days: int | None = None
    min_age: int | None = None
    must_confirm: tuple[str, ...] = ()
    rule_effects: Mapping[str, Effect] = field(default_factory=dict)
    season: Season | None = None
    photos: tuple[PhotoPoint, ...] = ()
    measures: tuple[str, ...] = ()
    lot_required: bool = False
    units_required: bool = False
    basis: Mapping[str, str] = field(default_factory=dict)

    @property
    def procedure(self) -> Phase:
        """The phase in which the treatment itself is done."""
        return next(phase for phase in self.needs if phase.name == "procedure")

    @property
    def most_sessions(self) -> int:
        """The last session the series may have without a physician's reason."""
        return self.extension.to if self.extension else max([len(self.steps), *self._variant_sessions])

    @property
    def _variant_sessions(self) -> list[int]:
        return [variant.sessions for variant in self.variants.values() if variant.sessions]

    @property
    def devices(self) -> tuple[str, ...]:
        """Every device of every phase, each once."""
        return tuple(dict.fromkeys(use.device for phase in self.needs for use in phase.devices))
