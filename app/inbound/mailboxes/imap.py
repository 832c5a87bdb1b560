"""An IMAP folder (RFC 9051), read and never changed: people may use the same folder.

How far it was read is remembered by the numbers that the server gives to mails. Every wait has an end, and so has the whole
conversation: a server that hangs, or says one letter a minute, costs one run and no more.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from threading import Timer

from app.inbound.mailboxes.base import Letter, MailboxError, Place
from app.letters import one_line

USUAL_PORT = 993
A_WINDOW, WIDEST = 1_000, 2**31
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Account:
    """Which server, who reads, and in which folder. The password is not shown when this is printed."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


@dataclass(frozen=True)
class Patience:
    """Seconds: for one answer of the server, and for the whole conversation."""

    answer: float = 20
    all: float = 60


class ImapMailbox:
    """Reads one folder over TLS with a verified certificate."""

    def __init__(self, account: Account, most_bytes: int, *, patience: Patience | None = None, tls: ssl.SSLContext | None = None) -> None:
        """`tls` replaces the machine's own list of trusted authorities."""
        self._account, self._most_bytes = account, most_bytes
        self._patience, self._tls = patience or Patience(), tls or ssl.create_default_context()

    @property
    def name(self) -> str:
        return f"{self._account.folder} of {self._account.user} at {self._account.host}"

    def letters(self, after: Place, since: date) -> Generator[Letter, None, None]:
        """See `Mailbox.letters`."""
        with self._in_words(), self._line() as line:
            validity = self._open(line)
            here = after if after.validity == validity else Place(validity, _first(line, since) - 1)
            for number in _numbers(line, here.last):
                data = self._fetch(line, number)
                if data is not None:
                    yield Letter(data, Place(validity, number))

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Trouble with the server comes out as one error, without the password that a server may repeat."""
        try:
            yield
        except (imaplib.IMAP4.error, OSError, ValueError) as trouble:
            said = one_line(str(trouble))[:500].replace(self._account.password, "…")
            raise MailboxError(f"The mailbox at {self._account.host} cannot be read: {said or type(trouble).__name__}") from trouble

    @contextmanager
    def _line(self) -> Iterator[_Line]:
        line = _Line(self._account, self._patience, self._tls, 2 * self._most_bytes)
        try:
            yield line
        finally:
            line.hang_up()

    def _open(self, line: _Line) -> int:
        """Sign in and open the folder for reading only; the series of its numbers."""
        account = self._account
        if "AUTH=PLAIN" in line.capabilities:
            line.authenticate("PLAIN", lambda _asked: f"\0{account.user}\0{account.password}".encode())
        else:
            line.login(_quoted(account.user), account.password)
        kind, said = line.select(_quoted(account.folder), readonly=True)
        if kind != "OK":
            raise imaplib.IMAP4.error(f"the folder {account.folder} cannot be opened: {said[0]!r}")
        return _said_number(line, "UIDVALIDITY") or 1

    def _fetch(self, line: _Line, number: int) -> bytes | None:
        """The beginning of a mail; None when it is gone."""
        _kind, parts = line.uid("FETCH", str(number), f"(BODY.PEEK[]<0.{self._most_bytes}>)")
        return next((part[1] for part in parts if isinstance(part, tuple)), None)


class _Line(imaplib.IMAP4_SSL):
    """A conversation that ends in time, and takes no answer that is larger than was asked for."""

    def __init__(self, account: Account, patience: Patience, tls: ssl.SSLContext, largest: int) -> None:
        self._largest = largest
        self._watch = Timer(patience.all, self._cut)
        self._watch.daemon = True
        try:
            super().__init__(account.host, account.port, ssl_context=tls, timeout=patience.answer)
        except BaseException:
            self._watch.cancel()
            raise

    def open(self, host: str = "", port: int | None = USUAL_PORT, timeout: float | None = None) -> None:
        """Connect, and let the time run."""
        super().open(host, port or USUAL_PORT, timeout)
        self._watch.start()

    def read(self, size: int) -> bytes:
        """As much as was announced, if that is what was asked for."""
        if size > self._largest:
            raise self.abort("the server sends more than was asked for")
        return super().read(size)

    def hang_up(self) -> None:
        """Say goodbye, if anybody is there."""
        with suppress(imaplib.IMAP4.error, OSError):
            self.logout()
        self._watch.cancel()

    def _cut(self) -> None:
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # past the TLS layer, which another thread is in


def _first(line: _Line, since: date) -> int:
    """The number to begin with in a folder never seen before: what is older than a few days answers no mail that matters."""
    found = _searched(line, "SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}")
    return min(found, default=_said_number(line, "UIDNEXT") or WIDEST)


def _numbers(line: _Line, last: int) -> Iterator[int]:
    """Every number after this one, found in windows: no list of a whole folder is ever asked for."""
    end, start, width = _said_number(line, "UIDNEXT") or WIDEST, last + 1, A_WINDOW
    while start < end:
        found = [number for number in _searched(line, "UID", f"{start}:{min(start + width, end) - 1}") if number >= start]
        yield from sorted(found)
        start, width = start + width, width if found else min(16 * width, WIDEST)


def _searched(line: _Line, *what: str) -> list[int]:
    kind, said = line.uid("SEARCH", *what)
    if kind != "OK":
        raise imaplib.IMAP4.error(f"the server does not search: {said[0]!r}")
    return [int(number) for row in said if row for number in row.split() if number.isdigit()]


def _said_number(line: _Line, name: str) -> int | None:
    """A number that the server told when the folder was opened."""
    said = line.untagged_responses.get(name) or [b""]
    last = said[-1]
    found = re.fullmatch(rb"\d{1,10}", last) if isinstance(last, bytes) else None
    return int(found[0]) if found else None


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
