"""The folder of private files: random names, written whole or not at all, told from the rows by nothing but the name.

A file is written before its row and deleted after its row says so. What a crash leaves between the two is swept away a day later.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from app import history
from app.errors import Refused
from app.i18n import _
from app.tokens import new_name
from models.base import db
from models.file import FileKind, StoredFile

SMALL = ".small"
KEEP_FREE = 200 * 1024 * 1024
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Ready:
    """What may be kept: checked and made anew, `small` its little picture."""

    kind: FileKind
    data: bytes
    small: bytes = b""


def folder() -> Path:
    """Where private files lie: beside the database, outside everything that is served."""
    instance: Path = current_app.extensions["seans"].instance
    return instance / "files"


def place_of(name: str, *, small: bool = False) -> Path:
    """Where the file of this name lies."""
    return folder() / name[:2] / (name + SMALL if small else name)


def keep(ready: Ready, now: datetime) -> StoredFile:
    """Write the file and its row, inside the caller's transaction. Raises Refused where the disk is nearly full."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    if shutil.disk_usage(folder()).free < KEEP_FREE + len(ready.data):
        raise Refused(_("The disk of the clinic's computer is nearly full, so no files are taken in. Call whoever looks after it."))
    row = StoredFile(name=new_name(), kind=ready.kind, size=len(ready.data), sha256=hashlib.sha256(ready.data).hexdigest(),
                     stored_at=now, stored_by_id=history.who())  # fmt: skip
    _write(place_of(row.name), ready.data)
    if ready.small:
        _write(place_of(row.name, small=True), ready.small)
    db.session.add(row)
    db.session.flush()
    return row


def read(row: StoredFile, *, small: bool = False) -> bytes | None:
    """The content; None where it was removed, is not there, or is not what was stored."""
    try:
        data = None if row.removed_at else place_of(row.name, small=small).read_bytes()
    except OSError:
        return None
    return data if data is None or small or hashlib.sha256(data).hexdigest() == row.sha256 else None


def lies(row: StoredFile, *, small: bool = False) -> bool:
    """Whether the file is there to be read."""
    return row.removed_at is None and place_of(row.name, small=small).is_file()


def mark_removed(row: StoredFile, why: str, now: datetime) -> None:
    """The row says that the file is gone; `delete` follows once that is certain."""
    row.removed_at, row.removed_by_id, row.removed_why = now, history.who(), why[:300]


def delete(name: str) -> None:
    """Take the bytes away, after the transaction that marked the row."""
    for small in (False, True):
        place_of(name, small=small).unlink(missing_ok=True)


def sweep(now: datetime) -> int:
    """Delete what no row stands for and is older than a day; how many files that were."""
    swept = 0
    live = {row.name for row in db.session.scalars(select(StoredFile).where(StoredFile.removed_at.is_(None)))}
    for file in lying():
        if file.name.removesuffix(SMALL) not in live and file.stat().st_mtime < (now - A_DAY).timestamp():
            file.unlink(missing_ok=True)
            swept += 1
    return swept


def lying() -> Iterator[Path]:
    """Every file in the folder."""
    return (file for file in folder().glob("*/*") if file.is_file())


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(mode=0o700, exist_ok=True)
    half = place.with_name(f"{place.name}.half")
    with open(half, "wb", opener=_for_nobody_else) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.replace(place)


def _for_nobody_else(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
