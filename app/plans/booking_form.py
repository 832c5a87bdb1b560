"""Which sessions of a series are booked, and when: one choice a session."""

from __future__ import annotations

import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app.forms import FormOnce, iso_day, row_id
from app.planning.visit import Slot
from app.schedule import resources

PREFIX = "slot-"


class SeriesForm(FormOnce):
    """The form itself carries only its token: the choices stand beside the sessions, under `slot-<session>`."""


@dataclass(frozen=True)
class Choice:
    """A time for a session, as it stands in the form. `value` empty: leave it for later."""

    value: str
    words: str


def value_of(slot: Slot) -> str:
    """A slot as a form carries it: day, minute, practitioner, room."""
    return f"{slot.day.isoformat()}.{slot.start_minute}.{slot.performer_id or 0}.{slot.room_id or 0}"


def read_value(text: str) -> Slot | None:
    """The slot that was chosen, to be worked out anew before it is booked; None for anything else."""
    parts = text.split(".")
    if len(parts) != 4 or not re.fullmatch("[0-9]{1,4}", parts[1]):
        return None
    try:
        day = iso_day(parts[0])
    except ValueError:
        return None
    minute = int(parts[1])
    return resources.wanted(day, minute, row_id(parts[2]), row_id(parts[3])) if minute < 24 * 60 else None


def chosen_in(typed: MultiDict[str, str]) -> dict[int, Slot]:
    """Session id → the time chosen for it, as far as one was."""
    found = {}
    for name, text in typed.items():
        key = row_id(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None
        if key is not None and (slot := read_value(text)):
            found[key] = slot
    return found
