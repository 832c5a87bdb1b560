"""The one shape of what figures count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, case, cast, literal, null, select

NOTHING: ColumnElement[Any] = cast(null(), Integer)


def fact(
    key: Any, when: Any, *, hit: ColumnElement[bool] | None = None, by: Any = "", patient: Any = None, staff: Any = None,
    place: Any = None, amount: Any = None, note: Any = "",
) -> Select[Any]:
    """One row a thing: its `id`, when it was (a day or a moment), whose, by whom and where; whether it is counted as a `hit`;
    what it is grouped `by`, as text; an `amount` (minutes) and a `note` for the list."""
    named = {"patient_id": patient, "staff_id": staff, "place_id": place, "amount": amount}
    return select(
        key.label("id"), when.label("when"), _one_if(hit).label("hit"), _text(by).label("by"), _text(note).label("note"),
        *((NOTHING if column is None else column).label(name) for name, column in named.items()),
    )  # fmt: skip


def within(column: Any, first: date | datetime, until: date | datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """From a moment on and before another, as an index walks it."""
    return column >= first, column < until


def _one_if(hit: ColumnElement[bool] | None) -> ColumnElement[int]:
    return literal(0) if hit is None else case((hit, 1), else_=0)


def _text(value: Any) -> ColumnElement[str]:
    return literal(value) if isinstance(value, str) else cast(value, String)
