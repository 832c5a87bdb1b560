"""Tables as files: CSV that spreadsheets read as it is meant, and .xlsx."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

FORMULA = re.compile(r"^(?=[\s\x00]*[=+\-@\t\r＝＋－＠])|(?<=[;\r\n])(?=\s*[=+\-@＝＋－＠])")
"""Where a formula could begin: at the front of a cell, and after whatever a spreadsheet of another language splits cells at."""
UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
MOST = 100_000
"""So many rows a file has at most; a spreadsheet is slow beyond them."""


@dataclass(frozen=True)
class Sheet:
    """A table with its heading; cells are texts, numbers, days and local moments."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


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


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return FORMULA.sub("'", cell)
    return "" if cell is None else cell
