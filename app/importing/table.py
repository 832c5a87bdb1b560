"""A spreadsheet saved as text, whatever program and country it comes from: rows of named cells."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.letters import fold

LARGEST = 20 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "cp1254")  # Excel's "CSV" in Türkiye is written in the second


class UnreadableFile(Exception):
    """The file cannot be read as a table; the text says why and what would help."""


@dataclass(frozen=True)
class Row:
    """One line: its number in the file (the head is line 1), and its cells under our names."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True)
class Table:
    """The lines, and the heads that we do not know."""

    rows: tuple[Row, ...]
    unknown: tuple[str, ...]


def read(file: Path, names: Mapping[str, str], needed: set[str]) -> Table:
    """The table of a file. `names`: folded head → our name; `needed`: names without which it is not this kind of table.

    Comma, semicolon or tab; UTF-8 with or without a mark, or Windows Turkish. Raises UnreadableFile.
    """
    lines = [line for line in _text(file).splitlines() if line.strip()]
    if not lines:
        raise UnreadableFile("The file is empty.")
    reader = csv.reader(lines, delimiter=_delimiter(lines[0]))
    heads = [fold(head).replace("_", " ") for head in next(reader)]
    ours = [names.get(head, "") for head in heads]
    if missing := needed - set(ours):
        known = ", ".join(sorted(head for head, name in names.items() if name in missing))
        raise UnreadableFile(f"The first line names no column for: {', '.join(sorted(missing))}. Any of these would do: {known}.")
    rows = tuple(Row(number, _cells(ours, cells)) for number, cells in enumerate(reader, start=2))
    return Table(rows, tuple(head for head, name in zip(heads, ours, strict=True) if head and not name))


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise UnreadableFile("The file is larger than 20 MB. Save the table alone, as CSV.")
        data = file.read_bytes()
    except OSError as fault:
        raise UnreadableFile(f"The file cannot be opened: {fault.strerror}.") from None
    if b"\0" in data:
        raise UnreadableFile("This is not a text file. In the spreadsheet, choose Save as, CSV UTF-8.")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("The letters of this file cannot be read. In the spreadsheet, choose Save as, CSV UTF-8.")


def _delimiter(head: str) -> str:
    return max(";,\t", key=head.count)


def _cells(names: list[str], cells: list[str]) -> dict[str, str]:
    """Cells under our names; several columns of one name (Session 1, Session 2 …) are joined."""
    found: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        text = " ".join(cell.split())
        if name and text:
            found[name] = f"{found[name]}; {text}" if name in found else text
    return found
