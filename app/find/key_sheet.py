"""The sheet of keys: what is typed, and what it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app import keys
from app.find import commands
from app.front_door.page_context import has_endpoint
from app.i18n import _

Line = tuple[str, str]


@dataclass(frozen=True)
class Section:
    """Keys that work in one place; `lines` are (keys, what they do)."""

    title: str
    lines: tuple[Line, ...]


def sections(own: Mapping[str, str]) -> list[Section]:
    """Everything that works for whoever asks, place by place, in the letters they chose."""
    called = [(one.keys, one.words) for one in (*commands.pages(), *commands.actions()) if one.keys]
    everywhere = [
        ("f", _("Find: people, pages, actions")), ("Ctrl K", _("The same, also while typing")), ("Esc", _("Close what is open")), *called,
    ]  # fmt: skip
    in_a_list = [*keys.IN_A_LIST.items(), ("Enter", _("Open"))]
    made = [Section(_("Everywhere"), _own(everywhere, own)), Section(_("In a list"), _own(in_a_list, own))]
    if has_endpoint("schedule.day"):
        made.append(Section(_("Today, on the row with the focus"), _own(keys.ON_THE_DAY.items(), own)))
        made.append(Section(_("Moving a visit"), _moving()))
    if has_endpoint("plans.create"):
        made.append(Section(_("Plan builder"), _building()))
    return made


def _own(lines: Iterable[Line], own: Mapping[str, str]) -> tuple[Line, ...]:
    """The lines with the first letter of each as it was chosen."""
    return tuple((" ".join([own.get(first, first), *rest]), does) for typed, does in lines for first, *rest in [typed.split()])


def _moving() -> tuple[Line, ...]:
    return (
        ("← →", _("A day earlier or later")), ("↑ ↓", _("A quarter of an hour earlier or later")), ("Enter", _("Move")),
    )  # fmt: skip


def _building() -> tuple[Line, ...]:
    return (
        ("↑ ↓", _("Over the dates")), ("1 – 9", _("Take a repair of the clash")), ("Ctrl Enter", _("Make and book the plan")),
    )  # fmt: skip
