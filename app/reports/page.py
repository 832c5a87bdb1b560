"""What the page of a figure shows: bars, and the table under them, each number with the list that it opens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.names import names_of
from app.reports import words
from app.reports.asked import Asked
from app.reports.counting import Figure, Tally
from app.reports.lists import place_names
from app.reports.offered import minutes_offered
from app.reports.report import Shape
from models.staff import StaffMember

MOST_BARS = 12
WIDEST = 80
"""Of a hundred; the rest is for the number behind the bar."""


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: its label, how long it is, how much of that is filled, and its number."""

    label: str
    long: float
    text: str


@dataclass(frozen=True)
class Line:
    """A line of the table; `opens`: what stands in the address of its list."""

    by: str
    staff: str
    place: str
    tally: Tally
    value: str
    parts: tuple[int, ...]
    offered: str = ""
    opens: Mapping[str, str] = field(default_factory=dict)


def bars(figure: Figure, asked: Asked) -> list[Bar]:
    """By parts of the period where there are some, else by groups."""
    shape = figure.report.shape
    if figure.report.by_time and len(figure.starts) > 1:
        named = [(words.part_name(start, asked), one) for start, one in zip(figure.starts, figure.parts, strict=True)]
    else:
        named = by_groups(figure)[:MOST_BARS]
    return _drawn(named, Shape.COUNT if shape is Shape.DAYS else shape)


def by_groups(figure: Figure) -> list[tuple[str, Tally]]:
    """All practitioners and places of a group together, the largest on top."""
    found: dict[str, Tally] = defaultdict(Tally)
    for group in figure.groups:
        found[group.by] += group.tally
    names = figure.report.names(found)
    return sorted(((names.get(key, key), one) for key, one in found.items()), key=lambda one: -one[1].n)


def lines(figure: Figure, asked: Asked) -> list[Line]:
    """The table: every group, practitioner and place; of hours every practitioner with what was offered."""
    if figure.report.shape is Shape.HOURS:
        return _of_hours(figure, asked)
    staff, places = names_of(StaffMember, {one.staff_id for one in figure.groups}), place_names()
    names = figure.report.names({one.by for one in figure.groups})
    return [
        Line(
            names.get(one.by, one.by), staff.get(one.staff_id or 0, ""), places.get(one.place_id or 0, ""), one.tally,
            words.tally(figure.report.shape, one.tally), one.parts,
            opens={"by": one.by, "by_whom": str(one.staff_id or 0), "where": str(one.place_id or 0)},
        )
        for one in figure.groups
    ]  # fmt: skip


def _of_hours(figure: Figure, asked: Asked) -> list[Line]:
    mine: dict[int | None, Tally] = defaultdict(Tally)
    for one in figure.groups:
        mine[one.staff_id] += one.tally
    offered = minutes_offered(asked)
    staff = names_of(StaffMember, {*mine, *offered})
    whom = sorted({*mine, *offered}, key=lambda key: staff.get(key or 0, ""))
    return [
        Line(
            "", staff.get(key or 0, ""), "", mine[key], words.hours(mine[key].minutes), (), words.hours(offered.get(key or 0, 0)),
            {"by_whom": str(key or 0)},
        )
        for key in whom
    ]  # fmt: skip


def _drawn(named: Sequence[tuple[str, Tally]], shape: Shape) -> list[Bar]:
    sizes = [_size(one, shape) for _name, one in named]
    longest = 1.0 if shape is Shape.SHARE else max(sizes, default=0) or 1
    return [
        Bar(name, round(WIDEST * size / longest, 1), words.tally(shape, one) + (f" ({one.hits}/{one.n})" if shape is Shape.SHARE else ""))
        for (name, one), size in zip(named, sizes, strict=True)
    ]


def _size(one: Tally, shape: Shape) -> float:
    return {Shape.SHARE: one.share or 0, Shape.HOURS: one.minutes}.get(shape, one.n)
