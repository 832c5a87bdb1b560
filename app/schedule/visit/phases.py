"""The phases of a visit as they are planned, each with the people and things it claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.names import names_of
from app.planning.visit import PROCEDURE
from app.schedule import rows
from app.schedule.free.phases import timed_phases
from app.schedule.numbing.standing import NUMBING
from app.schedule.words import phase_words
from models.appointment import Appointment, Claim
from models.clinic import Chair, Device, Room
from models.lateness import LateWay


@dataclass(frozen=True)
class PhaseWords:
    """A phase of a visit: from when to when, and whom and what it claims."""

    name: str
    starts_at: datetime
    ends_at: datetime
    what: list[str]


def phases_of(visit: Appointment, staff: dict[int, str], late_way: LateWay | None = None) -> list[PhaseWords]:
    """The phases in their order around the hands-on time, each with the people and things it claims; a wait may claim nobody."""
    things, found = _thing_names(visit.claims), []
    for name, start, end in _laid_out(visit, late_way):
        mine = [claim for claim in visit.claims if (claim.phase, claim.starts_at) == (name, start) and not claim.patient_id]
        found.append(PhaseWords(phase_words(name), start, end, [_claimed(claim, staff, things) for claim in mine]))
    return found


def _laid_out(visit: Appointment, late_way: LateWay | None) -> Iterator[tuple[str, datetime, datetime]]:
    """Where cream is left out, its phase is as long as what runs in it."""
    parts = [(timed.phase.name, timedelta(minutes=timed.ends - timed.starts)) for timed in timed_phases(visit.kind, rows.courses_in(visit))]
    if late_way is LateWay.WITHOUT_CREAM:
        runs = max((claim.ends_at - claim.starts_at for claim in visit.claims if claim.phase == NUMBING), default=timedelta())
        parts = [(name, runs if name == NUMBING else long) for name, long in parts if name != NUMBING or runs]
    hands_on = next((n for n, (name, _long) in enumerate(parts) if name == PROCEDURE), 0)
    start = visit.hands_on_at - sum((long for _name, long in parts[:hands_on]), timedelta())
    for name, long in parts:
        yield name, start, start + long
        start += long


def _claimed(claim: Claim, staff: dict[int, str], things: dict[tuple[str, int], str]) -> str:
    if claim.staff_id is not None:
        return staff.get(claim.staff_id, "–")
    key = next((kind, thing) for kind, thing in (("room", claim.room_id), ("chair", claim.chair_id), ("device", claim.device_id)) if thing)
    return things.get(key, "–")


def _thing_names(claims: Sequence[Claim]) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    for kind, table in (("room", Room), ("chair", Chair), ("device", Device)):
        ids = [getattr(claim, f"{kind}_id") for claim in claims]
        found |= {(kind, key): name for key, name in names_of(table, ids).items()}
    return found
