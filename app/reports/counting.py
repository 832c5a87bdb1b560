"""A figure from the rows of its report: one question for its number, its parts by time and its groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, func, literal, select

from app.reports.asked import Asked, buckets
from app.reports.report import FEWEST, Report, Shape
from models.base import UtcDateTime, db


@dataclass(frozen=True)
class Tally:
    """So many rows, so many of them hits; `minutes` of all of them, `used` of the hits."""

    n: int = 0
    hits: int = 0
    minutes: int = 0
    used: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.n + other.n, self.hits + other.hits, self.minutes + other.minutes, self.used + other.used)

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n else None


@dataclass(frozen=True)
class Group:
    """Rows of one kind, practitioner and place; `parts`: how many of them lie in each part of the period."""

    by: str
    staff_id: int | None
    place_id: int | None
    tally: Tally
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Figure:
    """What a report says: all of it, by parts of the period, by groups. `days`: the median, for reports about days."""

    report: Report
    all: Tally
    starts: Sequence[date]
    parts: Sequence[Tally]
    groups: Sequence[Group]
    days: float | None = None

    @property
    def too_few(self) -> bool:
        return self.report.shape in (Shape.SHARE, Shape.DAYS) and self.all.n < FEWEST


def figure(report: Report, asked: Asked) -> Figure:
    """The figure of a report. Its list (`app.reports.lists`) has exactly as many rows."""
    starts = buckets(asked.first, asked.last) if report.by_time else [asked.first]
    rows = report.facts(asked).subquery()
    groups: dict[tuple[str, int | None, int | None], list[Tally]] = defaultdict(lambda: [Tally()] * len(starts))
    for part, by, staff_id, place_id, *counted in db.session.execute(_grouped(rows, starts, asked)):
        groups[by, staff_id, place_id][part] += Tally(*(int(number or 0) for number in counted))
    found = [Group(*key, _sum(tallies), tuple(one.n for one in tallies)) for key, tallies in groups.items()]
    parts = [_sum([tallies[n] for tallies in groups.values()]) for n in range(len(starts))]
    days = median_days(rows, asked) if report.shape is Shape.DAYS else None
    return Figure(report, _sum(parts), starts, parts, sorted(found, key=lambda one: -one.tally.n), days)


def median_days(rows: Subquery, asked: Asked) -> float | None:
    """The median of the days from each row's day until today: of its days, the one in the middle, or between the two there."""
    n = db.session.scalar(select(func.count()).select_from(rows)) or 0
    if not n:
        return None
    middle = select(rows.c.when).order_by(rows.c.when).offset((n - 1) // 2).limit(2 - n % 2)
    days: list[int] = [(asked.today - day).days for day in db.session.scalars(middle)]
    return sum(days) / len(days)


def _grouped(rows: Subquery, starts: Sequence[date], asked: Asked) -> Any:
    parted = select(_part(rows, starts, asked).label("part"), *rows.c).subquery()
    keys = (parted.c.part, parted.c.by, parted.c.staff_id, parted.c.place_id)
    hit_minutes = func.sum(case((parted.c.hit == 1, parted.c.amount), else_=0))
    return select(*keys, func.count(), func.sum(parted.c.hit), func.sum(parted.c.amount), hit_minutes).group_by(*keys)


def _part(rows: Subquery, starts: Sequence[date], asked: Asked) -> ColumnElement[int]:
    """Which part of the period a row lies in; what lies outside it (a series that runs) is counted with the last."""
    last = len(starts) - 1
    if not last:
        return literal(0)
    bounds = [asked.begin(day) if isinstance(rows.c.when.type, UtcDateTime) else day for day in starts[1:]]
    return case(*((rows.c.when < bound, n) for n, bound in enumerate(bounds)), else_=last)


def _sum(tallies: Sequence[Tally]) -> Tally:
    return sum(tallies, Tally())
