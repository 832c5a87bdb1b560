"""A question of the forecast as people write it in JSON, read with words for every fault."""

import json
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from app.planning.durations import BadDuration, Duration, parse
from app.planning.question import (
    BadQuestion,
    Booked,
    Bounds,
    Conflict,
    Gap,
    Hold,
    MaintenanceRule,
    Performed,
    Question,
    Step,
)

_Value = TypeVar("_Value")
_Fields = dict[str, object]

_LENGTHS = frozenset({"absolute_min", "min", "ideal", "max"})
_GAP = _LENGTHS | {"from"}
_BOUNDS = frozenset({"absolute_not_before", "not_before", "ideal_from", "latest"})
_STEP = frozenset({"gaps", "bounds"})
_PERFORMED = frozenset({"date", "override", "substandard"})
_HOLD = frozenset({"from", "until", "reason"})
_BOOKED = frozenset({"step", "date"})
_CONFLICT = frozenset({"date", "min_days", "reason"})
_MAINTENANCE = frozenset({"first", "repeat", "times"})
_QUESTION = frozenset({"id", "today", "grace_days", "lapse_days", "steps", "performed", "holds", "booked", "conflicts", "maintenance"})
_NO_BOUNDS = Bounds()


def read_question(value: object) -> Question:
    """The question written as a JSON object, in the form of docs/forecast.md.

    Raises BadQuestion with what is wrong and where for anything that is not a valid question.
    """
    fields = _object(value, _QUESTION)
    steps = _required(fields, "steps", _list_of(_step))
    return Question(
        today=_required(fields, "today", _day),
        steps=steps,
        performed=_optional(fields, "performed", _list_of(_performed), ()),
        holds=_optional(fields, "holds", _list_of(_hold), ()),
        booked=_bookings(_optional(fields, "booked", _list_of(_booked), ()), len(steps)),
        conflicts=_optional(fields, "conflicts", _list_of(_conflict), ()),
        maintenance=_optional(fields, "maintenance", _maintenance, None),
        grace_days=_optional(fields, "grace_days", _number, 0),
        lapse_days=_optional(fields, "lapse_days", _number, None),
    )


def _step(value: object) -> Step:
    fields = _object(value, _STEP)
    return Step(_optional(fields, "gaps", _list_of(_gap), ()), _optional(fields, "bounds", _bounds, _NO_BOUNDS))


def _gap(value: object) -> Gap:
    fields = _object(value, _GAP)
    return _lengths(fields, _optional(fields, "from", _origin, None))


def _lengths(fields: _Fields, from_step: int | None = None) -> Gap:
    return Gap(
        from_step,
        _optional(fields, "absolute_min", _duration, None),
        _optional(fields, "min", _duration, None),
        _optional(fields, "ideal", _duration, None),
        _optional(fields, "max", _duration, None),
    )


def _origin(value: object) -> int | None:
    if value == "previous":
        return None
    if isinstance(value, dict):
        return _required(_object(value, frozenset({"step"})), "step", _number)
    raise BadQuestion(f'{shown(value)} is neither "previous" nor {{"step": number}}')


def _bounds(value: object) -> Bounds:
    fields = _object(value, _BOUNDS)
    return Bounds(
        _optional(fields, "absolute_not_before", _day, None),
        _optional(fields, "not_before", _day, None),
        _optional(fields, "ideal_from", _day, None),
        _optional(fields, "latest", _day, None),
    )


def _performed(value: object) -> Performed:
    fields = _object(value, _PERFORMED)
    return Performed(
        _required(fields, "date", _day),
        _optional(fields, "override", _yes_or_no, False),
        _optional(fields, "substandard", _yes_or_no, False),
    )


def _hold(value: object) -> Hold:
    fields = _object(value, _HOLD)
    return Hold(
        _required(fields, "from", _day),
        _optional(fields, "until", _day, None),
        _optional(fields, "reason", _text, ""),
    )


def _booked(value: object) -> Booked:
    fields = _object(value, _BOOKED)
    return Booked(_required(fields, "step", _number), _required(fields, "date", _day))


def _bookings(bookings: tuple[Booked, ...], steps: int) -> tuple[Booked, ...]:
    seen: set[int] = set()
    for index, booking in enumerate(bookings):
        where = f"booked[{index}].step"
        if not 1 <= booking.step <= steps:
            raise BadQuestion(f"there is no step {booking.step}", where)
        if booking.step in seen:
            raise BadQuestion(f"step {booking.step} is booked twice", where)
        seen.add(booking.step)
    return bookings


def _conflict(value: object) -> Conflict:
    fields = _object(value, _CONFLICT)
    return Conflict(
        _required(fields, "date", _day),
        _required(fields, "min_days", _number),
        _optional(fields, "reason", _text, ""),
    )


def _maintenance(value: object) -> MaintenanceRule:
    fields = _object(value, _MAINTENANCE)
    return MaintenanceRule(
        _required(fields, "first", _maintenance_gap),
        _optional(fields, "repeat", _maintenance_gap, None),
        _optional(fields, "times", _number, None),
    )


def _maintenance_gap(value: object) -> Gap:
    return _lengths(_object(value, _LENGTHS))


def _object(value: object, known: frozenset[str]) -> _Fields:
    if not isinstance(value, dict):
        raise BadQuestion(f"{shown(value)} is not an object")
    if not value.keys() <= known:
        unknown = next(key for key in value if key not in known)
        raise BadQuestion(f"unknown key {shown(unknown)}; known: {', '.join(sorted(known))}")
    return value


def _required(fields: _Fields, key: str, read: Callable[[object], _Value]) -> _Value:
    if key not in fields:
        raise BadQuestion(f'the key "{key}" is missing')
    return _inside(key, fields[key], read)


def _optional(fields: _Fields, key: str, read: Callable[[object], _Value], default: _Value) -> _Value:
    """The value of `key`; left out and null are the same."""
    value = fields.get(key)
    return default if value is None else _inside(key, value, read)


def _inside(where: str, value: object, read: Callable[[object], _Value]) -> _Value:
    try:
        return read(value)
    except BadQuestion as fault:
        raise fault.inside(where) from None


def _list_of(read: Callable[[object], _Value]) -> Callable[[object], tuple[_Value, ...]]:
    def read_list(value: object) -> tuple[_Value, ...]:
        if not isinstance(value, list):
            raise BadQuestion(f"{shown(value)} is not a list")
        return tuple([_inside(f"[{index}]", item, read) for index, item in enumerate(value)])

    return read_list


def _day(value: object) -> date:
    # Shorter ISO forms ("20260105", "2026-W02") are not what the contract says.
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise BadQuestion(f"{shown(value)} is not a day of the calendar written YYYY-MM-DD")


def _duration(value: object) -> Duration:
    if not isinstance(value, str):
        raise BadQuestion(f'{shown(value)} is not a duration in text such as "28d" or "4w-4d"')
    try:
        return parse(value)
    except BadDuration as fault:
        raise BadQuestion(str(fault)) from None


def _number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise BadQuestion(f"{shown(value)} is not a whole number from 0 up")


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise BadQuestion(f"{shown(value)} is neither true nor false")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise BadQuestion(f"{shown(value)} is not text")


def shown(value: object) -> str:
    """A value of a line as a message may quote it: short, and only its kind if it is large."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return json.dumps(value[:40] if isinstance(value, str) else value, ensure_ascii=False)[:48]
