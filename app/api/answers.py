"""The dates of a plan as data: every reason with its code and its words, every repair with what it would be."""

from __future__ import annotations

from typing import Any

from app.formats import clock_time
from app.planning.answer import Due
from app.planning.obstacles import Obstacle
from app.planning.visit import Slot
from app.planning.windows import Window
from app.plans.builder.booking_form import value_of
from app.plans.builder.dates import Dates
from app.plans.builder.decisions import name_of
from app.plans.builder.lines import Choice, Line
from app.schedule.free.working_days import time_of
from app.schedule.words import obstacle_words

Data = dict[str, Any]


def preview_data(dates: Dates) -> Data:
    """Courses in their order, each with its sessions in order of day."""
    courses = [
        {"name": one.name, "held": one.held, "pauses": list(one.pauses), "maintenance": _due(one.maintenance),
         "sessions": [_session(line) for line in dates.lines if line.key[0] == place]}
        for place, one in enumerate(dates.courses)
    ]  # fmt: skip
    return {"courses": courses, "advice": dates.advice, "placed": len(dates.placed), "open": dates.open}


def _session(line: Line) -> Data:
    one = line.proposal
    return {
        "key": name_of(line.key), "label": one.label, "kind": one.kind.value, "tentative": one.tentative,
        "after_review": one.after_review, "window": _window(one.window), "slot": _slot(line.slot, line.who, line.room),
        "band": one.band.value if one.band else None, "gap_days": line.gap, "clash": line.clash, "decided": bool(line.decided),
        "same_visit_as": [name_of(key) for key in one.joined_with],
        "reasons": [_reason(obstacle) for obstacle in line.obstacles], "repairs": [_repair(choice) for choice in line.choices],
    }  # fmt: skip


def _reason(one: Obstacle) -> Data:
    return {
        "code": one.code.value, "phase": one.phase, "what": one.what, "ids": list(one.ids), "days": [day.isoformat() for day in one.days],
        "words": " ".join(obstacle_words([one])),
    }  # fmt: skip


def _repair(choice: Choice) -> Data:
    return {
        "kind": choice.kind.value, "value": choice.value, "needs_leave": choice.needs_leave, "gap_days": choice.gap,
        "band": choice.band.value if choice.band else None, "slot": _slot(choice.slot, choice.who, choice.room),
    }  # fmt: skip


def _slot(slot: Slot | None, who: str, room: str) -> Data | None:
    if slot is None:
        return None
    return {
        "value": value_of(slot), "day": slot.day.isoformat(), "arrive": _clock(slot.start_minute), "hands_on": _clock(slot.hands_on_minute),
        "ends": _clock(slot.end_minute), "practitioner_id": slot.performer_id, "practitioner": who, "room_id": slot.room_id, "room": room,
    }  # fmt: skip


def _clock(minute: int) -> str:
    return clock_time(time_of(minute))


def _window(window: Window | None) -> Data | None:
    if window is None:
        return None
    latest = window.latest.isoformat() if window.latest else None
    return {"earliest": window.earliest.isoformat(), "recommended": window.recommended.isoformat(), "latest": latest}


def _due(due: Due | None) -> Data | None:
    if due is None or due.earliest is None or due.recommended is None:
        return None
    latest = due.latest.isoformat() if due.latest else None
    return {"earliest": due.earliest.isoformat(), "recommended": due.recommended.isoformat(), "latest": latest}
