"""The sheet of keys: what is typed, and what it does. The keys themselves are in static/keys.js."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.find import commands
from app.front_door.page_context import has_endpoint
from app.i18n import _

Line = tuple[str, str]


@dataclass(frozen=True)
class Section:
    """Keys that work in one place; `lines` are (keys, what they do)."""

    title: str
    lines: tuple[Line, ...]


def sections() -> list[Section]:
    """Everything that works for whoever asks, place by place."""
    called = [one for one in (*commands.pages(), *commands.actions()) if one.keys]
    everywhere = [("f", _("Find: people, pages, actions")), ("Ctrl K", _("The same, also while typing")), ("Esc", _("Close what is open"))]
    made = [
        Section(_("Everywhere"), (*everywhere, *((one.keys, one.words) for one in called))),
        Section(_("In a list"), tuple(_in_a_list())),
    ]
    if has_endpoint("schedule.day"):
        made += [Section(_("Today, on the row with the focus"), tuple(_on_the_day())), Section(_("Moving a visit"), tuple(_moving()))]
    if has_endpoint("plans.create"):
        made.append(Section(_("Plan builder"), tuple(_building())))
    return made


def _in_a_list() -> Iterable[Line]:
    yield "j", _("Next line")
    yield "k", _("Line before")
    yield "Enter", _("Open")
    yield "x", _("Select")
    yield "u", _("Undo what was done last")


def _on_the_day() -> Iterable[Line]:
    yield "a", _("Arrived")
    yield "o", _("Cream on")
    yield "t", _("Start")
    yield "d", _("Done")
    yield "c", _("Confirmed")
    yield "m", _("Move")
    yield "l", _("Product and lot")
    yield "e", _("Note")
    yield ",", _("Day before")
    yield ".", _("Day after")


def _moving() -> Iterable[Line]:
    yield "← →", _("A day earlier or later")
    yield "↑ ↓", _("A quarter of an hour earlier or later")
    yield "Enter", _("Move")


def _building() -> Iterable[Line]:
    yield "↑ ↓", _("Over the dates")
    yield "1 – 9", _("Take a repair of the clash")
    yield "Ctrl Enter", _("Make and book the plan")
