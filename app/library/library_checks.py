"""What must hold between the sections of a library, beyond every name being defined."""

from __future__ import annotations

from collections.abc import Iterator

from app.library.library import Library
from app.library.problems import ContentProblem

_AT_ONCE = ("aftercare", "same_evening", "lot_recall")
_CHANGES = ("booked", "moved", "cancelled")


def problems(library: Library) -> list[ContentProblem]:
    """Every contradiction that was found."""
    return [*_same_day(library), *_rows_of_acts(library), *_urgencies(library)]


def _same_day(library: Library) -> Iterator[ContentProblem]:
    """No pair is both allowed and forbidden; where only one order is allowed, a row forbids the other."""
    rules = library.act_rules
    if both := rules.lifted & rules.forbidden:
        yield ContentProblem("same_day", "lifted_and_forbidden", {"names": _pairs(both)})
    one_way = {(b, a) for a, b in rules.lifted if (b, a) not in rules.lifted and not rules.days.get((b, a))}
    if one_way:
        yield ContentProblem("same_day", "order_without_row", {"names": _pairs(one_way)})


def _pairs(pairs: set[tuple[str, str]] | frozenset[tuple[str, str]]) -> str:
    return ", ".join(f"{a} → {b}" for a, b in sorted(pairs))


def _rows_of_acts(library: Library) -> Iterator[ContentProblem]:
    """Acts of protocols that no row names but the general one are listed, so that a physician is told at approval."""
    named = {name for row in library.gaps for names in (row.from_, row.to) if "all_acts" not in names for name in names}
    contents = [content.get("acts") for content in library.protocols.values()]
    used = {act for acts in contents if isinstance(acts, list) for act in acts}
    without = used - set(library.acts_of(named))
    if without != set(library.acts_without_own_rows):
        yield ContentProblem("acts_without_own_rows", "rows_missing", {"names": ", ".join(sorted(without)) or "–"})


def _urgencies(library: Library) -> Iterator[ContentProblem]:
    """Safety mail goes at once, a change is told as a change, and the evening message never comes a day late."""
    wanted = dict.fromkeys(_AT_ONCE, "at_once") | dict.fromkeys(_CHANGES, "change")
    for key, urgency in wanted.items():
        kind = library.message_kinds.get(key)
        if kind is None or kind.urgency != urgency:
            yield ContentProblem(f"message_kinds.{key}.urgency", "must_be", {"name": urgency})
    evening = library.message_kinds.get("same_evening")
    if evening and evening.when.get("never_next_day") is not True:
        yield ContentProblem("message_kinds.same_evening.when.never_next_day", "must_be", {"name": "true"})
