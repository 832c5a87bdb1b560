"""Times for a plan that is not stored yet: what was decided holds, what stood behind it stays while it fits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from app.planning.bands import Band
from app.planning.visit import Slot
from app.plans.builder.decisions import Decisions, is_behind
from app.schedule.placing import whole_series
from app.schedule.placing.proposals import LATER, Key, Proposal
from app.series.reading import Reading
from models.treatment import TreatmentPlan

Time = TypeVar("Time", Slot, Slot | None)
OUTSIDE = (Band.TOO_EARLY, Band.OVERDUE)


@dataclass(frozen=True)
class Proposed:
    """Every session with its time or without. `stayed`: those that kept the place they had; `ideal`: where these would lie if
    they were placed anew, where that is another time."""

    sessions: list[Proposal]
    pins: Mapping[Key, Slot | None]
    stayed: Mapping[Key, Slot] = field(default_factory=dict)
    ideal: Mapping[Key, Slot] = field(default_factory=dict)


def proposed(
    plan: TreatmentPlan, told: Decisions, now: datetime, closed: Collection[int] = (), readings: Mapping[int, Reading] | None = None
) -> Proposed:
    """The plan's sessions with what was decided. `closed`: places of courses on hold without an end, which get no time.

    `readings`: what is known of its courses already, by their ids.
    """
    shut = {(place, label): LATER for place in closed for label in (*(str(step.n) for step in plan.courses[place].steps), "M1")}
    pins, stays = {**told.pins, **shut}, {key: slot for key, slot in told.stays.items() if key not in told.pins}
    found = whole_series.propose(plan, now, decided={**stays, **pins}, readings=readings)
    for gone in (_unfit(found, stays), _unfit(found, pins) if told.changed else set()):
        if gone:
            pins, stays = _without(pins, gone), _without(stays, gone | _behind(gone, stays))
            found = whole_series.propose(plan, now, decided={**stays, **pins}, readings=readings)
    ideal = _elsewhere(whole_series.propose(plan, now, decided=pins, readings=readings), stays) if stays else {}
    return Proposed(found, {key: slot for key, slot in pins.items() if key not in shut}, stays, ideal)


def _unfit(found: list[Proposal], decided: Mapping[Key, Slot | None]) -> set[Key]:
    """Sessions whose decided time is not free any more, or lies outside the window it has now."""
    return {one.key for one in found if decided.get(one.key) is not None and (one.slot is None or one.band in OUTSIDE)}


def _behind(gone: Collection[Key], stays: Mapping[Key, Slot]) -> set[Key]:
    return {key for key in stays for first in gone if is_behind(key, first)}


def _without(decided: Mapping[Key, Time], gone: Collection[Key]) -> dict[Key, Time]:
    return {key: slot for key, slot in decided.items() if key not in gone}


def _elsewhere(found: list[Proposal], stays: Mapping[Key, Slot]) -> dict[Key, Slot]:
    return {
        one.key: one.slot for one in found
        if one.slot and one.key in stays and (one.slot.day, one.slot.start_minute) != (stays[one.key].day, stays[one.key].start_minute)
    }  # fmt: skip
