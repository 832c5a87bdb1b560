"""Figures and their lists as tables of a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.i18n import _
from app.reports import words
from app.reports.asked import Asked
from app.reports.counting import Figure
from app.reports.lists import Row
from app.reports.page import lines
from app.reports.report import Report, Shape
from app.spreadsheets import Sheet
from models import clock


def list_sheet(report: Report, rows: Iterable[Row], asked: Asked) -> Sheet:
    """The list behind a figure."""
    head = [_("Day"), _("Patient"), _("Practitioner"), _("Location"), report.by or _("Kind")]
    hit, amount, note = bool(report.hit), report.shape is Shape.HOURS, bool(report.note)
    head += [_("Counted as")] * hit + [_("Minutes")] * amount + [report.note] * note
    return Sheet(str(report.title), [str(word) for word in head], [_list_row(report, row, asked, hit, amount, note) for row in rows])


def summary_sheet(figures: Iterable[Figure], asked: Asked) -> Sheet:
    """Every figure and its groups; `n` rows, of which so many were hits."""
    head = [_("Report"), _("Group"), _("Practitioner"), _("Location"), _("Figure"), "n", _("Hits"), _("Definition")]
    found: list[list[Any]] = []
    for one in figures:
        report = one.report
        found.append([str(report.title), "", "", "", words.value(one), one.all.n, one.all.hits if report.hit else "", str(report.says)])
        for line in lines(one, asked):
            hits = line.tally.hits if report.hit else ""
            found.append([str(report.title), line.by, line.staff, line.place, line.value, line.tally.n, hits, ""])
    return Sheet(_("Summary"), head, found)


def _list_row(report: Report, row: Row, asked: Asked, hit: bool, amount: bool, note: bool) -> list[Any]:
    when = clock.local(row.when, asked.zone).replace(tzinfo=None, microsecond=0) if isinstance(row.when, datetime) else row.when
    cells: list[Any] = [when, row.patient, row.staff, row.place, row.by]
    return cells + [str(report.hit if row.hit else report.miss)] * hit + [row.amount] * amount + [row.note] * note
