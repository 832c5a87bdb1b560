"""Faults of a protocol's content in the page's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from app.i18n import _, language
from app.library.loader import shipped
from app.library.names import Names
from app.library.problems import ContentProblem


class _Named(Protocol):
    @property
    def names(self) -> Names: ...


def gap_part_words(part: str) -> str:
    """How the four figures of a gap are called."""
    return {"absolute_min": _("absolute minimum"), "min": _("minimum"), "ideal": _("ideal"), "max": _("maximum")}.get(part, part)


def problem_words(problem: ContentProblem) -> str:
    """One fault as a sentence that says what to do."""
    params = {name: _param(name, value) for name, value in problem.params.items()}
    return _(problem.message, **params)


def name_of(key: str, table: str = "") -> str:
    """A key of one of the library's tables (of any, where none is named) in the page's language; else the key itself."""
    library = shipped()
    tables: dict[str, Mapping[str, _Named]] = {
        "acts": library.acts, "groups": library.groups, "areas": library.areas, "rules": library.rules,
        "message_kinds": library.message_kinds, "clinic_needs": library.clinic_needs, **library.words,
    }  # fmt: skip
    places = [tables[table]] if table else list(tables.values())
    found = next((place[key] for place in places if key in place), None)
    return found.names.in_(language()) if found else _other_words().get(key, key)


def _other_words() -> dict[str, str]:
    """Fields that a physician confirms and that are no entries of the library."""
    return {"min_age": _("Lowest age"), "grace_days": _("Days of grace")}


def _param(name: str, value: object) -> object:
    if name in ("earlier", "later"):
        return gap_part_words(str(value))
    if name in ("names", "reason"):
        return ", ".join(name_of(part) for part in str(value).split(", "))
    return value
