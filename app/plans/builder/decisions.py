"""What was decided about single sessions before the plan is made: it stands in the form's fields, beside the times that were shown.

`pin-<session>`: a time chosen by hand, or "later". `stay-<session>`: where a session stood when another was decided; it stays
there while it fits. `slot-<session>`: the time that the page showed; `early-<session>`: that it lies below the minimum.
A session is named by its course's place and its label: `0-2`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.planning.visit import Slot
from app.plans.builder.booking_form import read_value
from app.plans.form.typed import Typed, drop
from app.schedule.placing.proposals import LATER, Key

PIN, STAY, SHOWN, EARLY, FOR = "pin-", "stay-", "slot-", "early-", "shown_for"
LEFT = "later"
USE, FREE, RESPACE = "use.", "free.", "respace"
_OWN = (PIN, STAY, SHOWN, EARLY)
_ASIDE = frozenset({"do", "csrf_token", "form_token", FOR, "note_to_patient", "why_early", "combine"})
_KEY = re.compile(r"([0-9]{1,2})-(M?[1-9][0-9]?)")


@dataclass(frozen=True)
class Decisions:
    """`early`: sessions shown below their minimum, by hand. `changed`: the plan was changed since its times were shown, so what
    stood where says nothing any more."""

    pins: Mapping[Key, Slot | None] = field(default_factory=dict)
    stays: Mapping[Key, Slot] = field(default_factory=dict)
    shown: Mapping[Key, Slot] = field(default_factory=dict)
    early: frozenset[Key] = frozenset()
    changed: bool = False


def name_of(key: Key) -> str:
    """A session as a field's name carries it."""
    return f"{key[0]}-{key[1]}"


def rank(label: str) -> tuple[bool, int]:
    """Where a session stands in its course: maintenance (M1) behind the series."""
    return label.startswith("M"), int(label.lstrip("M"))


def is_behind(one: Key, other: Key) -> bool:
    """The session is a later one of the same course."""
    return one[0] == other[0] and rank(one[1]) > rank(other[1])


def read(fields: Typed) -> Decisions:
    """What stands in the fields; what cannot be read was not decided."""
    pins: dict[Key, Slot | None] = {}
    for key, text in _named(fields, PIN).items():
        if text == LEFT or (slot := read_value(text)):
            pins[key] = LATER if text == LEFT else slot
    changed = fields.get(FOR, "") not in ("", digest(fields))
    return Decisions(pins, {} if changed else _slots(fields, STAY), _slots(fields, SHOWN), frozenset(_named(fields, EARLY)), changed)


def pressed(fields: Typed, button: str) -> None:
    """What a button in the table of dates does to the fields."""
    if button.startswith(USE):
        name, _dot, value = button.removeprefix(USE).partition(".")
        if key := _key(name):
            decide(fields, key, value)
    elif button.startswith(FREE):
        fields.poplist(PIN + button.removeprefix(FREE))
        drop(fields, STAY)
    elif button == RESPACE:
        drop(fields, STAY)


def decide(fields: Typed, key: Key, value: str) -> None:
    """This time for a session. Every other one stays where it is shown, as long as it fits."""
    fields[PIN + name_of(key)] = value
    _keep_others(fields, key)


def lost(fields: Typed, key: Key) -> None:
    """Somebody else has the time of this session now: it is proposed anew, every other one stays where it was shown."""
    fields.poplist(PIN + name_of(key))
    _keep_others(fields, key)


def _keep_others(fields: Typed, key: Key) -> None:
    fields.poplist(STAY + name_of(key))
    for other, text in _named(fields, SHOWN).items():
        if other != key:
            fields[STAY + name_of(other)] = text


def first_visit(shown: Mapping[Key, Slot]) -> dict[Key, Slot]:
    """The sessions of the first visit: more than one where courses share it."""
    first = min(shown.values(), key=lambda slot: (slot.day, slot.start_minute), default=None)
    return {key: slot for key, slot in shown.items() if slot == first}


def digest(fields: Typed) -> str:
    """What the times were worked out for: every filled field but those that only carry decisions, tokens and notes."""
    filled = ((name, text) for name, text in fields.items(multi=True) if text and name not in _ASIDE and not name.startswith(_OWN))
    return hashlib.sha256(repr(sorted(filled)).encode()).hexdigest()[:16]


def stays_of(fields: Typed) -> dict[Key, str]:
    """Where sessions stood when one before them was decided, as the form carries it on."""
    return _named(fields, STAY)


def _slots(fields: Typed, prefix: str) -> dict[Key, Slot]:
    return {key: slot for key, text in _named(fields, prefix).items() if (slot := read_value(text))}


def _named(fields: Typed, prefix: str) -> dict[Key, str]:
    found = ((name.removeprefix(prefix), text) for name, text in fields.items() if name.startswith(prefix))
    return {key: text for name, text in found if (key := _key(name))}


def _key(name: str) -> Key | None:
    found = _KEY.fullmatch(name)
    return (int(found[1]), found[2]) if found else None
