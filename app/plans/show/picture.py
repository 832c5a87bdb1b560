"""A course on one line: what was done, what is booked, and the windows of what is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.i18n import _
from app.planning.windows import Window
from app.plans.show.table import Row
from app.series.drawing import Mark, Picture, drawn
from app.series.reading import Reading


def picture_of(reading: Reading, rows: Sequence[Row], today: date) -> Picture | None:
    """The picture of a course; None while there are no dates."""
    dated = [(line, row, line.day) for line, row in zip(reading.lines, rows, strict=True) if line.day is not None and not row.adrift]
    ahead = [window for line, _row, _day in dated if line.visit is None and (window := Window.of_due(line.due))]
    after = None if adrift(rows) else reading.first_maintenance
    marks = [Mark(day, row.state, row.label or "×") for _line, row, day in dated]
    return drawn(marks, ahead, after, summary(reading, rows), today)


def adrift(rows: Sequence[Row]) -> bool:
    """Whether the end of the series has no days yet: a session is late, and nothing behind it is booked."""
    return bool(rows) and (rows[-1].late or rows[-1].adrift)


def summary(reading: Reading, rows: Sequence[Row]) -> str:
    """The series in one line: what is done, and the days of what comes."""
    done = _("%(done)s of %(of)s done", done=reading.satisfied, of=reading.of)
    coming = [f"{row.label}: {row.day or row.best}" for line, row in zip(reading.lines, rows, strict=True) if line.due]
    return " · ".join([done, *(part for part in coming if not part.endswith(": "))])
