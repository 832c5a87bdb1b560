"""Figures and their lists as files: CSV that spreadsheets read as it is meant, and .xlsx."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.i18n import _
from app.reports import words
from app.reports.asked import Asked
from app.reports.counting import Figure
from app.reports.lists import Row
from app.reports.page import lines
from app.reports.report import Report, Shape
from models import clock

FORMULA = ("=", "+", "-", "@", "\t", "\r")
UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
MOST = 100_000
"""So many rows a file has at most; a spreadsheet is slow beyond them."""


@dataclass(frozen=True)
class Sheet:
    """A table with its heading; cells are texts, numbers, days and local moments."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


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


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with its mark; nothing in it is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(sheet.head)
    writer.writerows([_plain(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook with a page a table; texts are texts whatever they begin with."""
    from openpyxl import Workbook  # noqa: PLC0415  # heavy, and few ask for it
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  # as above

    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet.name)[:31])
        for row in (sheet.head, *sheet.rows):
            cells = [WriteOnlyCell(page, UNPRINTED.sub("", cell) if isinstance(cell, str) else cell) for cell in row]
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
            page.append(cells)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _list_row(report: Report, row: Row, asked: Asked, hit: bool, amount: bool, note: bool) -> list[Any]:
    when = clock.local(row.when, asked.zone).replace(tzinfo=None, microsecond=0) if isinstance(row.when, datetime) else row.when
    cells: list[Any] = [when, row.patient, row.staff, row.place, row.by]
    return cells + [str(report.hit if row.hit else report.miss)] * hit + [row.amount] * amount + [row.note] * note


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell
