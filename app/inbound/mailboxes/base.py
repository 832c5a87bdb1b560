"""The words that every mailbox shares: what stands in it, how far it was read, and that it could not be."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol


class MailboxConfigError(ValueError):
    """The setting that names the mailbox makes no sense; the text says what to change."""


class MailboxError(Exception):
    """The mailbox could not be read; the text says why and holds no secret."""


@dataclass(frozen=True)
class Place:
    """How far an IMAP folder was read: the last number read, and the series of numbers that it belongs to (RFC 9051 2.3.1.1)."""

    validity: int = 0
    last: int = 0


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Letter:
    """The beginning of one mail, as bytes. `place`: where reading stands after it; `done`: called once it is dealt with."""

    data: bytes
    place: Place = Place()
    done: Callable[[], None] = field(default=_nothing)


class Mailbox(Protocol):
    """A place where mail comes in."""

    @property
    def name(self) -> str:
        """For people and logs; holds no secret."""
        ...

    def letters(self, after: Place, since: date) -> Generator[Letter, None, None]:
        """What came in after a place, the oldest first, one by one: of a folder never seen before, what came since a day.

        Raises MailboxError, also from `done`. Nothing is removed, and letters may come again that were there before.
        """
        ...


@dataclass(frozen=True)
class OnlyLookedAt:
    """A mailbox for a rehearsal: what is dealt with is not marked."""

    box: Mailbox

    @property
    def name(self) -> str:
        return self.box.name

    def letters(self, after: Place, since: date) -> Generator[Letter, None, None]:
        """See `Mailbox.letters`."""
        with closing(self.box.letters(after, since)) as letters:
            for letter in letters:
                yield replace(letter, done=_nothing)
