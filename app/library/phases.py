"""The phases of a visit: what happens when, counted in minutes from the moment the patient must be there.

A joined visit has one preparation and one numbing, each the longer one, then the procedures one after another in
their same-day order, then the longer afterwards (docs/rules.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.library.library import Library
from app.library.protocol import DeviceUse, Phase, ProtocolContent
from app.library.vocabulary import VisitKind

OF_PROTOCOL = "of_protocol"


@dataclass(frozen=True, slots=True)
class TimedPhase:
    """A phase with its minutes from the visit's start. ``session``: which of the visit's sessions a procedure is of."""

    phase: Phase
    starts: int
    ends: int
    session: int | None = None


def of_sessions(contents: Sequence[ProtocolContent], evaluation: Phase | None = None) -> tuple[TimedPhase, ...]:
    """The phases of a visit with one or more sessions, given in the order in which they are done.

    ``evaluation`` stands first where the visit begins with one. Raises ValueError without any session.
    """
    if not contents:
        raise ValueError("a visit with sessions needs at least one")
    parts: list[tuple[Phase | None, int | None]] = [(evaluation, None)]
    parts += [(_longer(contents, name), None) for name in ("preparation", "numbing")]
    parts += [(content.procedure, i) for i, content in enumerate(contents)]
    parts.append((_longer(contents, "afterwards"), None))
    return _timed((phase, session) for phase, session in parts if phase is not None)


def _longer(contents: Sequence[ProtocolContent], name: str) -> Phase | None:
    """The longest phase of that name, with every device that any of them needs."""
    found = [phase for content in contents for phase in content.needs if phase.name == name]
    if not found:
        return None
    devices: dict[str, DeviceUse] = {}
    for use in (use for phase in found for use in phase.devices):
        known = devices.get(use.device)
        devices[use.device] = use if known is None else max(known, use, key=lambda one: one.minutes or 0)
    return replace(max(found, key=lambda phase: phase.minutes), devices=tuple(devices.values()))


def _timed(phases: Iterable[tuple[Phase, int | None]]) -> tuple[TimedPhase, ...]:
    timed: list[TimedPhase] = []
    for phase, session in phases:
        starts = timed[-1].ends if timed else 0
        timed.append(TimedPhase(phase, starts, starts + phase.minutes, session))
    return tuple(timed)


def evaluation_phase(library: Library) -> Phase:
    """The evaluation that a visit can begin with, before any cream: a physician in a consultation room."""
    kind = library.visit_kinds["evaluation_and_treatment"]
    return Phase("evaluation", kind.minutes or library.defaults.evaluation_minutes, kind.performer or "physician", room=kind.room)


def of_kind(kind: VisitKind, library: Library, contents: Sequence[ProtocolContent] = ()) -> tuple[TimedPhase, ...]:
    """The phases of a visit of any kind that can be booked.

    Treatments follow their sessions; every other kind is one procedure whose people, room and devices are the kind's
    own, or those of the first content where the kind says so. Raises ValueError where that content is not given.
    """
    if kind.carries_sessions:
        return of_sessions(contents, evaluation_phase(library) if kind.first_phase else None)
    lent = contents[0].procedure if contents else None
    if lent is None and OF_PROTOCOL in (kind.performer, kind.room):
        raise ValueError(f"a visit of kind {kind.key} needs its protocol")
    borrows = kind.performer == OF_PROTOCOL and lent is not None
    return _timed(
        [
            (
                Phase(
                    name="procedure",
                    minutes=kind.minutes or (lent.minutes if lent else 0),
                    who=lent.who if borrows and lent else str(kind.performer),
                    room=lent.room if lent and kind.room == OF_PROTOCOL else kind.room,
                    skills=lent.skills if borrows and lent else (),
                    devices=lent.devices if lent and kind.extra and kind.extra.get("devices") == OF_PROTOCOL else (),
                ),
                None,
            )
        ]
    )
