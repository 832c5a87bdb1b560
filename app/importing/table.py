"""A spreadsheet saved as text, whatever program and country it comes from: rows of named cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.letters import fold

LARGEST = 20 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "cp1254")  # Excel's "CSV" in Türkiye is written in the second
SAVE_AS = "In the spreadsheet, choose Save as, CSV UTF-8."
Need = tuple[str, ...]


class UnreadableFile(Exception):
    """The file cannot be read as a table; the text says why and what would help."""


@dataclass(frozen=True)
class Row:
    """One line: its number in the file (the head is line 1), and its cells under our names.

    `too_long`: it has cells that no head stands over, as when a separator inside a cell was not quoted.
    """

    number: int
    cells: Mapping[str, str]
    too_long: bool = False

    def __getitem__(self, name: str) -> str:
        """The cell on one line."""
        return " ".join(self.lines(name).split())

    def lines(self, name: str) -> str:
        """The cell with its line breaks; several columns of one name (Session 1, Session 2 …) are lines of it."""
        return self.cells.get(name, "")


@dataclass(frozen=True)
class Table:
    """The lines, and the heads that we do not know."""

    rows: tuple[Row, ...]
    unknown: tuple[str, ...]


def read(file: Path, names: Mapping[str, str], needed: Collection[Need]) -> Table:
    """The table of a file. `names`: folded head → our name; `needed`: of each of these at least one name must be there.

    Comma, semicolon or tab; UTF-8 with or without a mark, UTF-16, or Windows Turkish. Raises UnreadableFile.
    """
    lines = _lines(_text(file))
    if not lines:
        raise UnreadableFile("The file is empty.")
    heads = [fold(head).replace("_", " ") for head in lines[0][1]]
    ours = [names.get(head, "") for head in heads]
    for need in needed:
        _check(need, ours, names)
    rows = tuple(Row(number, _cells(ours, cells), any(cell.strip() for cell in cells[len(ours) :])) for number, cells in lines[1:])
    return Table(rows, tuple(head for head, name in zip(heads, ours, strict=True) if head and not name))


def _check(need: Need, ours: Sequence[str], names: Mapping[str, str]) -> None:
    if not set(need) & set(ours):
        known = ", ".join(head for head, name in names.items() if name in need)
        raise UnreadableFile(f"The first line names no column for: {need[0]}. Any of these would do: {known}.")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise UnreadableFile("The file is larger than 20 MB. Save the table alone, as CSV.")
        data = file.read_bytes()
    except OSError as fault:
        raise UnreadableFile(f"The file cannot be opened: {fault.strerror}.") from None
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # "Unicode text" of a spreadsheet
    if b"\0" in data and not wide:
        raise UnreadableFile(f"This is not a text file. {SAVE_AS}")
    for encoding in ("utf-16",) if wide else ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(f"The letters of this file cannot be read. {SAVE_AS}")


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Every line that says something, with its number; a cell in quotes may hold line breaks."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    hint = re.fullmatch(r'"?sep=(.)"?', head.strip())  # a first line by which a spreadsheet is told the separator
    delimiter = hint[1] if hint else max(";,\t", key=head.count)
    found, begins = [], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        raise UnreadableFile(f"The cells of this file cannot be told apart. {SAVE_AS}") from None
    return found[1:] if hint else found


def _cells(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Cells under our names; several columns of one name become lines of one cell."""
    found: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if name and cell.strip():
            found[name] = f"{found[name]}\n{cell.strip()}" if name in found else cell.strip()
    return found
