"""What is made from the clinic's records and stays true until they change. The one place where pages keep anything.

`while_unchanged` keeps under the count of changes (models.changes): any change of any record ends all of it at once, in
every process; `while_the_house_stands` under the changes of hours, people and rooms alone. `made_from` keeps under the very
facts a thing is made from, so it can never be stale: after a change only what looks different is made anew.
docs/adr/0007-kept-while-unchanged.md says why.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from flask import current_app

from models import changes

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
MOST = 4_000
"""So many things are kept before all are let go: a bound on memory (a row of the day is 2 kB) that one day does not reach."""


@dataclass
class _Shelf:
    """What was made when a count of changes stood at `count`."""

    count: int | None = None
    things: dict[Hashable, Any] = field(default_factory=dict)


def while_unchanged(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` made under this key, as long as no record has changed. The key names all else it depends on."""
    return _kept("seans.unchanged", changes.count(), key, make)


def while_the_house_stands(key: Hashable, make: Callable[[], T]) -> T:
    """The same for what is made from the tables of `models.changes.HOUSE` alone, as long as none of these has changed.

    It is kept inside a transaction too, and must be no rows: it outlives the session that read it.
    """
    return _kept("seans.house", changes.house_count(), key, make)


def _kept(where: str, count: int | None, key: Hashable, make: Callable[[], T]) -> T:
    if count is None:
        return make()
    shelf: _Shelf = current_app.extensions.setdefault(where, _Shelf())
    if shelf.count != count or len(shelf.things) >= MOST:
        shelf = current_app.extensions[where] = _Shelf(count)
    found = shelf.things.get(key)
    if found is None:
        found = shelf.things[key] = make()  # two threads may both make it: the same thing twice
    return cast(T, found)


def made_from(facts: Mapping[K, Hashable], make: Callable[[list[K]], Mapping[K, T]]) -> dict[K, T]:
    """Each thing as it was made from equal facts, which are everything it is made from; new ones are made in one go."""
    kept: dict[Hashable, T] = current_app.extensions.setdefault("seans.made", {})
    found = {key: kept.get(what) for key, what in facts.items()}
    missing = [key for key, thing in found.items() if thing is None]
    if missing:
        made = make(missing)
        if len(kept) + len(made) > MOST:
            kept.clear()
        kept.update((facts[key], made[key]) for key in missing)
        found.update(made)
    return cast(dict[K, T], found)
