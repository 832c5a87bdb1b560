"""What the one record says when two disagree: chosen by whoever joins them, filled where one is empty, the stricter where it is a wish."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.patient import Channel, Detail, Patient, Sex

GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("first_name", "last_name"), "birth_date": ("birth_date",), "sex": ("sex",), "phone": ("phone", "phone_typed"),
    "email": ("email", "email_verified_at"), "language": ("language",), "channel": ("channel",), "zone": ("zone",),
}  # fmt: skip
"""What is chosen together, by the field that decides."""
_EMPTY = (None, "", Sex.UNKNOWN)


@dataclass(frozen=True)
class Pair:
    """Two records: the one that stays and the one that becomes a pointer to it."""

    kept: Patient
    gone: Patient

    def differing(self) -> list[str]:
        """What both say, and say differently."""
        return [group for group in GROUPS if self._empty(self.kept, group) is self._empty(self.gone, group) is False
                and self._of(self.kept, group) != self._of(self.gone, group)]  # fmt: skip

    def result(self, taken: Collection[str]) -> dict[str, Any]:
        """The fields of the record afterwards, as far as they change. `taken`: what the other one is right about."""
        wanted: dict[str, Any] = {}
        for group, names in GROUPS.items():
            source = self.gone if group in taken or self._empty(self.kept, group) else self.kept
            wanted |= {name: getattr(source, name) for name in names}
        if self.kept.email == self.gone.email:
            wanted["email_verified_at"] = self.kept.email_verified_at or self.gone.email_verified_at
        wanted |= self._wishes()
        return {name: value for name, value in wanted.items() if value != getattr(self.kept, name)}

    def _wishes(self) -> dict[str, Any]:
        """Of wishes the one that asks for less, of notes both."""
        kept, gone = self.kept, self.gone
        notes = [kept.note, *([gone.note] if gone.note and gone.note not in kept.note else [])]
        return {
            "fewer_mails": kept.fewer_mails or gone.fewer_mails,
            "stopped_classes": list(dict.fromkeys([*kept.stopped_classes, *gone.stopped_classes])),
            "never_ask_pregnancy": kept.never_ask_pregnancy and gone.never_ask_pregnancy,
            "asks_for_earlier": kept.asks_for_earlier or gone.asks_for_earlier,
            "note": "\n".join(note for note in notes if note),
        }

    @staticmethod
    def _of(patient: Patient, group: str) -> Any:
        return patient.name if group == "name" else getattr(patient, group)

    def _empty(self, patient: Patient, group: str) -> bool:
        return self._of(patient, group) in _EMPTY


def as_kept(value: Any) -> Any:
    """A value as the record of the joining keeps it."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def as_was(name: str, kept: Any) -> Any:
    """The value that was kept."""
    return _READ[name](kept) if kept and name in _READ else kept


_READ: dict[str, Callable[[str], Any]] = {
    "birth_date": date.fromisoformat, "email_verified_at": datetime.fromisoformat, "sex": Sex, "channel": Channel, "detail": Detail,
}  # fmt: skip
