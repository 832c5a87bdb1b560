"""Which sessions of a series are booked, and when: one choice a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from werkzeug.datastructures import MultiDict

from app.forms import FormOnce
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
    if len(parts) != 4 or not all(part.isdecimal() for part in parts[1:]):
        return None
    try:
        day = date.fromisoformat(parts[0])
    except ValueError:
        return None
    minute, performer, room = (int(part) for part in parts[1:])
    return resources.wanted(day, minute, performer or None, room or None) if minute < 24 * 60 else None


def chosen_in(typed: MultiDict[str, str]) -> dict[int, Slot]:
    """Session id → the time chosen for it, as far as one was."""
    found = {}
    for name, text in typed.items():
        key = name.removeprefix(PREFIX)
        if name.startswith(PREFIX) and key.isdecimal() and (slot := read_value(text)):
            found[int(key)] = slot
    return found
