"""A mail server that misbehaves on request, over real sockets.

A script says what each phase does: `{"rcpt": say("550 5.1.1 Nobody here")}`. A single step
holds for every time, a list is used up one by one; whatever is not scripted works. What the
server accepted is on disk before it says so, and can be read after any crash of the client.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Step:
    """What the server does when a phase is reached, in the order of these fields.

    `accepts` matters at the dot only; unset, the message is accepted with a 2xx reply.
    """

    accepts: bool | None = None
    pause: float = 0
    reply: bytes = b""
    drip: float = 0
    hangs: bool = False
    drops: bool = False

    def then_drop(self) -> Step:
        return replace(self, drops=True)

    @property
    def takes_the_mail(self) -> bool:
        return self.reply.startswith(b"2") if self.accepts is None else self.accepts


def say(*lines: str, pause: float = 0, drip: float = 0) -> Step:
    """Reply with these lines, after `pause` seconds, `drip` seconds between bytes."""
    return Step(reply="".join(f"{line}\r\n" for line in lines).encode(), pause=pause, drip=drip)


def hang() -> Step:
    """Say nothing until the client gives up."""
    return Step(hangs=True)


def drop() -> Step:
    """Reset the connection. At the dot: before accepting."""
    return Step(drops=True, accepts=False)


def garbage() -> Step:
    return Step(reply=b"\x00\xfe\xffwhat?\r\n", accepts=False)


def accept_then(step: Step) -> Step:
    """At the dot: keep the message and only then do this."""
    return replace(step, accepts=True)


Script = Mapping[str, Step | Sequence[Step]]

GOOD = {
    "connect": Step(),
    "banner": say("220 mail.test ready"),
    "helo": say("250 mail.test"),
    "starttls": say("220 2.0.0 Go ahead"),
    "auth": say("235 2.7.0 Welcome"),
    "mail": say("250 2.1.0 Ok"),
    "rcpt": say("250 2.1.5 Ok"),
    "data": say("354 End with a dot"),
    "body": Step(),
    "dot": say("250 2.0.0 Queued"),
    "rset": say("250 2.0.0 Ok"),
    "quit": say("221 2.0.0 Bye"),
    "unknown": say("502 5.5.2 Unknown command"),
}
COMMANDS = {"ehlo", "helo", "starttls", "auth", "mail", "rcpt", "data", "rset", "quit"}


@dataclass(frozen=True)
class Accepted:
    """A message the server took responsibility for, dots un-stuffed."""

    mail: str
    rcpt: str
    data: bytes


class Gone(Exception):
    """This connection is over."""


class MailServer:
    """`with MailServer(folder, {"mail": hang()}) as server: ... server.url, server.accepted()`."""

    def __init__(
        self,
        folder: Path,
        script: Script | None = None,
        *,
        offers: Sequence[str] = ("8BITMIME", "SIZE 1000000"),
        tls: ssl.SSLContext | None = None,
        tls_from_the_start: bool = False,
    ) -> None:
        self.record = folder / "accepted.jsonl"
        self.script = dict(script or {})
        self.offers = tuple(offers)
        self.tls = tls
        self.tls_from_the_start = tls_from_the_start
        self.commands: list[str] = []
        self.connections = 0
        self.stopped = Event()
        self._used: dict[str, int] = {}
        self._lock = Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[Thread] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def accepted(self) -> list[Accepted]:
        if not self.record.exists():
            return []
        rows = map(json.loads, self.record.read_text().splitlines())
        return [Accepted(row["mail"], row["rcpt"], b64decode(row["data"])) for row in rows]

    def __enter__(self) -> Self:
        self._start(self._listen)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def next_step(self, phase: str) -> Step:
        scripted = self.script.get(phase)
        if isinstance(scripted, Step):
            return scripted
        with self._lock:
            used = self._used.get(phase, 0)
            self._used[phase] = used + 1
        if scripted is not None and used < len(scripted):
            return scripted[used]
        return GOOD[phase] if phase != "ehlo" else self._good_ehlo()

    def keep(self, letter: Accepted) -> None:
        row = {"mail": letter.mail, "rcpt": letter.rcpt, "data": b64encode(letter.data).decode()}
        with self._lock, self.record.open("a") as file:
            file.write(json.dumps(row) + "\n")

    def _good_ehlo(self) -> Step:
        lines = ["mail.test", *self.offers]
        return say(*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")

    def _listen(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._start(_Visit(self, connection).run)

    def _start(self, work: Callable[[], None]) -> None:
        thread = Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()


class _Visit:
    """One client's connection."""

    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        self.server = server
        self.socket = connection
        self.heard = b""
        self.mail = self.rcpt = ""
        self.open = {"rcpt": False, "data": False}

    def run(self) -> None:
        with suppress(OSError, Gone):
            self.do("connect")
            if self.server.tls_from_the_start:
                self.encrypt()
            self.do("banner")
            while True:
                self.answer(self.line())
        self.socket.close()

    def answer(self, line: str) -> None:
        self.server.commands.append(line)
        verb = line.partition(" ")[0].lower()
        if not self.open.get(verb, True):  # a command behind a refused one, sent along with it (RFC 2920)
            self.say(say("503 5.5.1 Bad sequence of commands"))
            return
        step = self.do(verb if verb in COMMANDS else "unknown")
        if verb in ("mail", "rcpt"):
            self.open["rcpt" if verb == "mail" else "data"] = step.reply.startswith(b"2")
        if verb == "starttls" and step.reply.startswith(b"220"):
            self.encrypt()
        if verb == "mail":
            self.mail = line
        if verb == "rcpt":
            self.rcpt = line
        if verb == "data" and step.reply.startswith(b"354"):
            self.receive()
        if verb == "quit":
            raise Gone

    def receive(self) -> None:
        lines = []
        self.do("body")
        while (line := self.raw_line()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        self.do("dot", data=b"".join(lines))

    def do(self, phase: str, *, data: bytes | None = None) -> Step:
        step = self.server.next_step(phase)
        if data is not None and step.takes_the_mail:
            self.server.keep(Accepted(self.mail, self.rcpt, data))
        time.sleep(step.pause)
        self.say(step)
        if step.hangs:
            self.wait_for_goodbye()
        if step.drops:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Gone
        return step

    def say(self, step: Step) -> None:
        self.socket.settimeout(5)
        pieces = [bytes([byte]) for byte in step.reply] if step.drip else [step.reply]
        for piece in pieces:
            self.socket.sendall(piece)
            time.sleep(step.drip)

    def wait_for_goodbye(self) -> None:
        self.socket.settimeout(0.05)
        while not self.server.stopped.is_set():
            with suppress(TimeoutError):
                if not self.socket.recv(65536):
                    break
        raise Gone

    def encrypt(self) -> None:
        self.socket.settimeout(5)
        assert self.server.tls is not None, "This server was given no certificate."
        self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)

    def line(self) -> str:
        return self.raw_line().decode("utf-8", "replace").rstrip("\r\n")

    def raw_line(self) -> bytes:
        while b"\n" not in self.heard:
            self.heard += self.more()
        line, end, self.heard = self.heard.partition(b"\n")
        return line + end

    def more(self) -> bytes:
        self.socket.settimeout(0.02)
        while not self.server.stopped.is_set():
            with suppress(TimeoutError):
                if got := self.socket.recv(65536):
                    return got
                break
        raise Gone
