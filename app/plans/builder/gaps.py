"""The one gap of a course on the builder's page: what all its sessions share, and what a new one does to each of them."""

from __future__ import annotations

import re
from datetime import timedelta

from app.plans.form.lengths import UnreadableLength, read_length
from app.plans.form.typed import Typed
from app.plans.numbers import SOME_DAY

MIXED = ""


def share(fields: Typed, prefix: str) -> None:
    """A gap typed anew becomes every session's best one, its range widened where it lies outside; else it is read from them."""
    wanted, before = fields.get(f"{prefix}gap", ""), fields.get(f"{prefix}gap_for", "")
    days = _days(wanted)
    if wanted != before and days is not None:
        for row in _rows(fields, prefix):
            _put(fields, row, wanted, days)
    elif wanted == before:
        fields[f"{prefix}gap"] = common(fields, prefix, "ideal")
    if days is not None or wanted == before:
        fields[f"{prefix}gap_for"] = fields[f"{prefix}gap"]


def common(fields: Typed, prefix: str, name: str) -> str:
    """What stands in this field of every session; empty where they differ."""
    found = {fields.get(f"{row}{name}", "") for row in _rows(fields, prefix)}
    return found.pop() if len(found) == 1 else MIXED


def _rows(fields: Typed, prefix: str) -> list[str]:
    found = (re.match(rf"{prefix}spans-[0-9]+-", name) for name in fields)
    return sorted({match[0] for match in found if match})


def _put(fields: Typed, row: str, wanted: str, days: timedelta) -> None:
    fields[f"{row}ideal"] = wanted
    least, most = _days(fields.get(f"{row}least", "")), _days(fields.get(f"{row}most", ""))
    if least is not None and least > days:
        fields[f"{row}least"] = wanted
    if most is not None and most < days:
        fields[f"{row}most"] = wanted


def _days(text: str) -> timedelta | None:
    """A length that was typed, on an ordinary year; None where it cannot be read."""
    try:
        return read_length(text).after(SOME_DAY) - SOME_DAY
    except UnreadableLength:
        return None
