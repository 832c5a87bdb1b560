"""What staff may name in the words of a mail: each variable with the expression of the shipped templates that it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.messages.letter.rendering import environment

_TAG = re.compile(r"(\{\{|\{% (?:if|elif)) (.*?) (\}\}|%\})")
_SETTING = re.compile(r"\{% set .*? %\}")
_WORD = re.compile(r"[A-Za-z_][\w.]*")


@dataclass(frozen=True)
class Variable:
    """One value. `also`: further expressions of the shipped templates that say the same. `needs`: the variable without which
    this one is empty. `asks`: yes or no, so it stands in a condition only."""

    name: str
    source: str
    also: tuple[str, ...] = ()
    needs: str = ""
    asks: bool = False


_ALWAYS = (
    Variable("name", "name"),
    Variable("clinic", "clinic.name"),
    Variable("address", "clinic.address"),
    Variable("phone", "phones.day"),
    Variable("phone_hours", "phones.hours"),
    Variable("night_phone", "phones.night", needs="night_phone"),
    Variable("emergency_number", "phones.emergency"),
    Variable("full", "full", asks=True),
    Variable("no_links", "reply_or_call", asks=True),
)
_VISIT = (
    Variable("day", "visits[0].plain_day"),
    Variable("time", "visits[0].time"),
    Variable("performer", "visits[0].performer", needs="performer"),
    Variable("several", "visits|length > 1", asks=True),
)
_BEST = (
    Variable("best", "best", asks=True),
    Variable("best_first", "best.first", needs="best"),
    Variable("best_last", "best.last", needs="best"),
)
_CHANGED = "(moved + booked + stays + cancelled)"
_OF_LETTERS: Mapping[str, tuple[Variable, ...]] = {
    "plan_summary": _VISIT,
    "booked": (
        Variable("day", "booked[0].visit.plain_day"),
        Variable("time", "booked[0].visit.time"),
        Variable("one", "booked|length == 1", asks=True),
    ),
    "moved": (
        Variable("day", f"{_CHANGED}[0].visit.plain_day", ("moved[0].visit.plain_day", "stays[0].visit.plain_day")),
        Variable("time", f"{_CHANGED}[0].visit.time", ("moved[0].visit.time", "stays[0].visit.time")),
        Variable("one", "moved|length + booked|length + cancelled|length + stays|length == 1", ("one",), asks=True),
        Variable("one_new", "moved|length + booked|length == 1", asks=True),
        Variable("only_moved", "moved|length == 1 and not booked and not cancelled and not stays", asks=True),
        Variable("only_stays", "stays|length == 1 and not moved and not booked and not cancelled", asks=True),
        Variable("shorter", "stays|length > 0 and stays[0].shorter", ("stays[0].shorter",), asks=True),
        Variable("by_clinic", "by_clinic", asks=True),
        Variable("doctor_away", "performer_away", asks=True),
    ),
    "cancelled": (
        Variable("day", "cancelled[0].before_day"),
        Variable("time", "cancelled[0].before_time"),
        Variable("one", "cancelled|length == 1", ("one",), asks=True),
        Variable("by_clinic", "by_clinic", asks=True),
        *_BEST,
    ),
    "precare": _VISIT,
    "reminder": (*_VISIT, Variable("asks", "asks", asks=True), Variable("confirmed", "confirmed", asks=True)),
    "no_show": (*_VISIT, *_BEST),
    "recall": (Variable("last_day", "last_day"), Variable("physician", "physician", needs="physician"), *_BEST),
    "offer": (
        Variable("day", "day"),
        Variable("time", "time"),
        Variable("present_day", "present.day"),
        Variable("present_time", "present.time"),
    ),
    "choose_time": _BEST,
}


def of_letter(folder: str) -> dict[str, Variable]:
    """Every variable of a letter by its name, those of its own first."""
    return {variable.name: variable for variable in (*_OF_LETTERS.get(folder, ()), *_ALWAYS)}


def condition(name: str) -> str:
    """How staff write a condition about a variable."""
    return f"{{% if {name} %}} … {{% endif %}}"


def value_of(folder: str, facts: Mapping[str, Any]) -> Callable[[str], Any]:
    """How a variable's name becomes its value in one letter. KeyError for a name the letter has not."""
    known = of_letter(folder)
    return lambda name: _compiled(known[name].source)(**facts)


def with_names(folder: str, source: str) -> str:
    """The words of a shipped template as staff read and write them: names in place of its expressions."""
    names: dict[str, str] = {}
    for variable in of_letter(folder).values():
        names |= dict.fromkeys((variable.source, *variable.also), variable.name)

    def named(tag: re.Match[str]) -> str:
        opens, expression, closes = tag.groups()
        said = names.get(expression) or _WORD.sub(lambda word: names.get(word[0], word[0]), expression)
        return f"{opens} {said} {closes}"

    return _TAG.sub(named, _SETTING.sub("", source))


@cache
def _compiled(source: str) -> Callable[..., Any]:
    """An expression of ours (never one that staff typed), in the sandbox of the mails."""
    return environment().compile_expression(source, undefined_to_none=False)
