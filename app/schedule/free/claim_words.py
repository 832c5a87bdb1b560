"""What a time would claim, in words: "Room 2", or "Centrifuge 14:30–14:40 (numbing): taken"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.formats import clock_time
from app.i18n import _
from app.names import names_of
from app.planning.claim_by_claim import Piece
from app.planning.obstacles import Code
from app.planning.resources import DAY_MINUTES, Kind
from app.schedule.free.working_days import time_of
from app.schedule.words import obstacle_sentence, phase_words
from models.clinic import Chair, Device, Room
from models.staff import StaffMember

TABLES: dict[Kind, type[StaffMember] | type[Room] | type[Chair] | type[Device]] = {
    Kind.STAFF: StaffMember, Kind.ROOM: Room, Kind.CHAIR: Chair, Kind.DEVICE: Device,
}  # fmt: skip


@dataclass(frozen=True)
class ClaimLine:
    """Who or what, when and in which phase, and whether it can be had; `why` not."""

    name: str
    when: str
    phase: str
    free: bool
    why: str


def lines_of(pieces: Sequence[Piece]) -> list[ClaimLine]:
    """One line a person or thing that can be had, one for each reason why another cannot, in their order."""
    names = _names(pieces)
    found = [_line(one, ", ".join(names[one.kind, key] for key in one.ids if one.kind)) for one in pieces]
    return list({(line.name,) if line.free else (line.name, line.when, line.why): line for line in found}.values())


def _line(one: Piece, name: str) -> ClaimLine:
    if one.kind in (None, Kind.PATIENT) or not one.ids:  # the day, the hour or the patient; or nothing of the kind is here at all
        return ClaimLine("", "", "", False, obstacle_sentence([one.against]) if one.against else "")
    when = f"{_clock(one.begin)}–{_clock(one.end)}"
    return ClaimLine(name, when, phase_words(one.phase), one.against is None, _short(one.against.code) if one.against else "")


def _short(code: Code) -> str:
    """Why somebody or something is not to be had, beside its name."""
    return {
        Code.NOT_WORKING: _("not working then"), Code.STAFF_BUSY: _("busy"), Code.NO_PHYSICIAN_THEN: _("no physician in the clinic"),
    }.get(code, _("taken"))  # fmt: skip


def _clock(minute: int) -> str:
    return clock_time(time_of(min(minute, DAY_MINUTES - 1)))


def _names(pieces: Iterable[Piece]) -> dict[tuple[Kind | None, int], str]:
    asked: dict[Kind, set[int]] = defaultdict(set)
    for one in pieces:
        if one.kind in TABLES:
            asked[one.kind].update(one.ids)
    found: dict[tuple[Kind | None, int], str] = {}
    for kind, ids in asked.items():
        found |= {(kind, key): name for key, name in names_of(TABLES[kind], ids).items()}
    return found
