"""What stands in the fields of courses, before it is read: rows of lengths follow the number of sessions, variants bring their numbers.

The pages work without a script: every button posts the whole form, which is changed here and shown again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from app.plans.form.number_fields import typed_numbers, typed_span
from app.plans.numbers import MOST_SESSIONS, CourseNumbers

Typed = MultiDict[str, str]
_COURSE = re.compile(r"courses-([0-9]+)-")


def flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Nested values as the names and texts a browser would send; what is empty or unticked is left out."""
    found: list[tuple[str, str]] = []
    for name, value in values.items():
        found += _flat(f"{prefix}{name}", value)
    return found


def _flat(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return flat(value, f"{name}-")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [pair for place, one in enumerate(value) for pair in _flat(f"{name}-{place}", one)]
    if value is True:
        return [(name, "y")]
    return [] if value in (None, False) else [(name, str(value))]


def courses_in(typed: Typed) -> list[int]:
    """The numbers under which courses stand in the form, in order."""
    return sorted({int(found[1]) for name in typed if (found := _COURSE.match(name))})


def add_course(typed: Typed, values: Mapping[str, Any]) -> None:
    """One more course at the end."""
    place = max(courses_in(typed), default=-1) + 1
    put(typed, flat(values, f"courses-{place}-"))


def remove_course(typed: Typed, place: int) -> None:
    drop(typed, f"courses-{place}-")


def put_numbers(typed: Typed, place: int, numbers: CourseNumbers) -> None:
    """These numbers in place of what stands in a course's fields."""
    for name in ("sessions", "spans-", "keeps", "first-", "repeat-", "times"):
        drop(typed, f"courses-{place}-{name}")
    put(typed, flat(typed_numbers(numbers), f"courses-{place}-"))


def sessions_in(typed: Typed, place: int) -> int | None:
    """The number of sessions typed for a course; None where it cannot be one."""
    text = (typed.get(f"courses-{place}-sessions") or "").strip()
    return int(text) if re.fullmatch("[0-9]{1,3}", text) and 1 <= int(text) <= MOST_SESSIONS else None


def fit_spans(typed: Typed, place: int, usual: CourseNumbers) -> None:
    """As many rows of lengths as sessions: what was typed stays, further rows get the usual lengths.

    While the number cannot be read, what was typed stays, as far as a series can be long.
    """
    prefix, wanted = f"courses-{place}-spans-", sessions_in(typed, place)
    kept = range((wanted or MOST_SESSIONS) - 1)
    rows = {name: int(found[1]) for name in typed if (found := re.match(rf"{prefix}([0-9]+)", name))}
    for name in (name for name, row in rows.items() if row not in kept):
        typed.poplist(name)
    for row in sorted(set(kept) - set(rows.values())) if wanted else ():
        lengths = typed_span(usual.spans.get(row + 2)) or {"least": ""}
        put(typed, [(f"{prefix}{row}-{name}", text) for name, text in lengths.items()])


def put(typed: Typed, pairs: list[tuple[str, str]]) -> None:
    for name, text in pairs:
        typed.add(name, text)


def drop(typed: Typed, prefix: str) -> None:
    for name in [name for name in typed if name.startswith(prefix)]:
        typed.poplist(name)
