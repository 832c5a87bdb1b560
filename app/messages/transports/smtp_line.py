"""One open line to a mail server: smtplib's commands with a deadline for every answer."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING

from app.messages.transports.base import Phase, Trouble
from app.messages.transports.smtp_replies import Over, Reply, insist, lost, misconfigured

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MAX_LINE_BYTES = 8192
MAX_REPLY_LINES = 200
REPLY_LINE = re.compile(rb"([2-5]\d\d)(?:[ -]|$)")


@dataclass(frozen=True)
class Timeouts:
    """Patience in seconds. Only the answer to the dot is worth a long wait: giving up
    there leaves a message that nobody knows the fate of (RFC 5321 §4.5.3.2.6)."""

    connect: float = 15
    banner: float = 30
    command: float = 60
    data: float = 60
    body: float = 120
    dot: float = 600
    courtesy: float = 5
    """For RSET and QUIT, which only ask whether the line is still any good."""
    warm: float = 5
    """So long after it took a message a line is not asked whether it is still any good: one wait less for each mail of many."""

    def longest(self) -> float:
        """Seconds one delivery over a new line can take at the very worst."""
        before_mail = self.connect + self.banner + 9 * self.command
        return before_mail + 2 * self.command + self.data + self.body + self.dot


class OutOfTurnError(ConnectionAbortedError):
    """The server said something that nobody asked for."""


class SmtpLine(smtplib.SMTP):
    """A line over a socket that is already open.

    smtplib restarts its patience with every byte; here it covers a whole answer, so a
    server that drips cannot hold a message beyond its lease.
    """

    def __init__(self, sock: socket.socket, timeouts: Timeouts) -> None:
        super().__init__(local_hostname=_own_name() or _own_address(sock))
        self.sock: socket.socket = sock
        self.timeouts = timeouts
        self.patience = timeouts.command
        self._unread = b""
        self.owes = False
        """The server may still say something about a message that is over: the line carries no other."""
        self.took_at: float | None = None
        """When it took a message, if that was the last thing that happened on it."""

    @property
    def is_warm(self) -> bool:
        """It has just taken a message, and stands where the next one begins."""
        return self.took_at is not None and monotonic() - self.took_at < self.timeouts.warm

    def ask(self, phase: Phase, command: str, args: str = "", *, good: set[int] | None = None) -> Reply:
        """Give a command and return its good answer; raise `Over` for any other."""
        with during(phase):
            self.patience = self._patience_for(phase)
            self.putcmd(command, args)
        return self.hear(phase, good=good)

    def ask_in_turn(self, commands: Sequence[tuple[Phase, str]]) -> None:
        """Give commands that each need a good answer: in one packet where the server takes them so (RFC 2920).

        Raises `Over` with the first answer that is not good; what the server says to the commands behind it is put away.
        """
        if not self.has_extn("pipelining"):
            for phase, command in commands:
                self.ask(phase, command)
            return
        with during(commands[0][0]):
            self.patience = self.timeouts.command
            self.send("".join(f"{command}\r\n" for _phase, command in commands))
        phases, self.owes = [phase for phase, _command in commands], True
        for n, phase in enumerate(phases):
            self.patience = self._patience_for(phase)
            try:
                self.hear(phase)
            except Over as over:
                self.owes = not _is_refusal(over.outcome.code) or not self._puts_away(phases[n + 1 :])
                raise
        self.owes = False

    def _puts_away(self, phases: Sequence[Phase]) -> bool:
        """Hear what is said to commands behind a refused one. False where more may come: a 354 waits for a body that never does."""
        self.patience = self.timeouts.courtesy
        try:
            return all(_is_refusal(self.read_reply(phase).code) for phase in phases) and not self._unread
        except Over:
            return False

    def hear(self, phase: Phase, *, good: set[int] | None = None) -> Reply:
        """Wait for a good answer; raise `Over` for any other."""
        reply = self.read_reply(phase)
        insist(phase, reply, good)
        return reply

    def read_reply(self, phase: Phase) -> Reply:
        """Wait for any answer; raise `Over` when the line breaks instead."""
        with during(phase):
            return reply_from(*self.getreply())

    def send(self, s: ReadableBuffer | str) -> None:
        """Send, but never past an answer that nobody asked for."""
        if self._unread:
            raise OutOfTurnError
        self.sock.settimeout(self.patience)
        self.sock.sendall(s.encode(self.command_encoding) if isinstance(s, str) else s)

    def getreply(self) -> tuple[int, bytes]:
        """The whole answer within `patience` seconds; -1 when it is no SMTP answer."""
        deadline = monotonic() + self.patience
        codes: set[bytes] = set()
        texts: list[bytes] = []
        while len(texts) < MAX_REPLY_LINES:
            line = self._read_line(deadline)
            code = REPLY_LINE.match(line)
            texts.append(line[4:].strip() if code else line)
            codes.add(code.group(1) if code else b"")
            if code is None or len(codes) > 1:
                break
            if line[3:4] != b"-":
                return int(code.group(1)), b"\n".join(texts)
        return -1, b"\n".join(texts)

    def spoke_out_of_turn(self) -> bool:
        """Whether the server said something unasked, or hung up, while we were talking."""
        if not self._unread:
            self.sock.settimeout(0)
            with suppress(BlockingIOError, ssl.SSLWantReadError):
                self._unread = self.sock.recv(MAX_LINE_BYTES)
                return True
        return bool(self._unread)

    def wrap(self, tls: ssl.SSLContext, host: str) -> None:
        """Continue inside TLS, with nothing believed that was said before (RFC 3207 §4.2)."""
        if self._unread:
            raise Over(misconfigured(Phase.TLS, Trouble.CLEAR_AFTER_STARTTLS))
        with during(Phase.TLS):
            self.sock.settimeout(self.timeouts.command)
            self.sock = tls.wrap_socket(self.sock, server_hostname=host)
        self.esmtp_features = {}
        self.does_esmtp = False

    def goodbye(self) -> None:
        """Leave politely if the server lets us; nothing depends on it."""
        self.patience = self.timeouts.courtesy
        with suppress(OSError):
            self.docmd("QUIT")
        self.close()

    def _patience_for(self, phase: Phase) -> float:
        special = {Phase.DATA: self.timeouts.data, Phase.RESET: self.timeouts.courtesy}
        return special.get(phase, self.timeouts.command)

    def _read_line(self, deadline: float) -> bytes:
        while b"\n" not in self._unread and len(self._unread) < MAX_LINE_BYTES:
            left = deadline - monotonic()
            if left <= 0:
                raise TimeoutError
            self.sock.settimeout(left)
            heard = self.sock.recv(MAX_LINE_BYTES)
            if not heard:
                raise ConnectionResetError
            self._unread += heard
        if b"\n" not in self._unread:
            return b""  # no end in sight: no answer, and the rest keeps the line from being used on
        line, _, self._unread = self._unread.partition(b"\n")
        return line.rstrip(b"\r")


def _is_refusal(code: int | None) -> bool:
    return code is not None and code // 100 in (4, 5)


def reply_from(code: int, text: bytes) -> Reply:
    """smtplib's pair as a reply; its -1 means that no code could be read."""
    return Reply(None if code < 0 else code, text.decode("utf-8", "replace"))


@contextmanager
def during(phase: Phase) -> Iterator[None]:
    """Turn what can break on the wire into the outcome of this phase."""
    try:
        yield
    except TimeoutError as silence:
        raise Over(lost(phase, Trouble.SILENCE)) from silence
    except ssl.SSLCertVerificationError as doubt:
        raise Over(misconfigured(phase, Trouble.UNTRUSTED.with_detail(doubt.verify_message))) from doubt
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionResetError) as hung_up:
        raise Over(lost(phase, Trouble.HUNG_UP)) from hung_up
    except OutOfTurnError as interrupted:
        raise Over(lost(phase, Trouble.OUT_OF_TURN)) from interrupted
    except ssl.SSLError as broken:
        made = misconfigured if phase is Phase.TLS else lost
        raise Over(made(phase, Trouble.ENCRYPTION_BROKE.with_detail(broken.reason or broken))) from broken
    except OSError as broken:
        raise Over(lost(phase, Trouble.LINE_BROKE.with_detail(broken.strerror or broken))) from broken


@cache
def _own_name() -> str | None:
    # Asked once: without a name server the answer can take seconds.
    name = socket.getfqdn()
    return name if re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", name) else None


def _own_address(sock: socket.socket) -> str:
    address: str = sock.getsockname()[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"
