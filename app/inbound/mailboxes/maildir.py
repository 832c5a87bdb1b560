"""A Maildir: every mail a file; those dealt with are marked as seen, as every mail program marks them."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from datetime import date
from heapq import nsmallest
from pathlib import Path

from app.inbound.mailboxes.base import Letter, MailboxError, Place

MOST = 1_000
"""Names looked at in one reading; what is more comes next time."""


class MaildirMailbox:
    """The files of `new`, and those of `cur` that are not marked as seen."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most_bytes = folder, most_bytes

    @property
    def name(self) -> str:
        return f"Maildir {self._folder}"

    def letters(self, after: Place, since: date) -> Generator[Letter, None, None]:
        """See `Mailbox.letters`; what was dealt with is known by its mark, so neither place nor day is asked."""
        try:
            for path in nsmallest(MOST, self._waiting(), key=lambda one: one.name):
                data = self._beginning(path)
                if data is not None:
                    yield Letter(data, after, lambda path=path: self._mark(path))  # type: ignore[misc]  # each letter its own path
        except OSError as trouble:
            raise MailboxError(f"The Maildir cannot be read: {trouble.strerror or trouble}") from trouble

    def _waiting(self) -> Iterator[Path]:
        """One name at a time: a folder of a hundred thousand mails does not stand in memory."""
        for folder in ("new", "cur"):
            with os.scandir(self._folder / folder) as found:
                for entry in found:
                    if entry.is_file(follow_symlinks=False) and not entry.name.startswith(".") and "S" not in _flags(entry.name):
                        yield Path(entry.path)

    def _beginning(self, path: Path) -> bytes | None:
        try:
            with path.open("rb") as file:
                return file.read(self._most_bytes)
        except FileNotFoundError:
            return None  # another program has moved it: it comes again

    def _mark(self, path: Path) -> None:
        base, flags = path.name.partition(":2,")[0], "".join(sorted({*_flags(path.name), "S"}))
        try:
            path.rename(self._folder / "cur" / f"{base}:2,{flags}")
        except FileNotFoundError:
            return  # another program has moved it: it comes again and is known
        except OSError as trouble:
            raise MailboxError(f"Mails in the Maildir cannot be marked as seen: {trouble.strerror or trouble}") from trouble


def _flags(name: str) -> str:
    return name.partition(":2,")[2]
