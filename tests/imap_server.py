"""An IMAP server that says what a test wants, over real TLS sockets.

It knows as much of the protocol as a reader of one folder needs, and keeps no state but the mails it is given:
`{number: bytes}`. A script replaces what is answered to a command: `{"FETCH": [...bytes]}` or an act such as `hang`.
"""

from __future__ import annotations

import re
import socket
import ssl
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

Act = Callable[["ImapServer", socket.socket, str], None]


class Gone(Exception):
    """The conversation is over."""


def hang(server: ImapServer, _peer: socket.socket, _tag: str) -> None:
    """Say nothing until the client gives up."""
    server.stopped.wait(30)
    raise Gone


def drip(server: ImapServer, peer: socket.socket, _tag: str) -> None:
    """One letter now and then: no single wait is long, and it never ends."""
    while not server.stopped.wait(0.05):
        peer.sendall(b"x")
    raise Gone


def say(text: str) -> Act:
    """Answer with this; `{tag}` stands for the command's."""

    def answer(_server: ImapServer, peer: socket.socket, tag: str) -> None:
        peer.sendall(text.replace("{tag}", tag).encode())

    return answer


class ImapServer:
    """Use as a context manager. `asked` holds every command with its arguments, without tags."""

    def __init__(self, certificate: Path, mails: dict[int, bytes] | None = None, script: dict[str, Act] | None = None) -> None:
        self.mails, self.script = mails if mails is not None else {}, script or {}
        self.validity, self.login, self.recent = 7, ("desk@ege.example", 'p"a\\ss wörd'), 0
        self.asked: list[str] = []
        self.stopped = Event()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_ended: object) -> None:
        self.stopped.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while not self.stopped.is_set():
            raw, _where = self._socket.accept()
            if self.stopped.is_set():
                raw.close()
                return
            with suppress(OSError, Gone), self._tls.wrap_socket(raw, server_side=True) as peer:
                self._talk(peer)

    def _talk(self, peer: ssl.SSLSocket) -> None:
        if "BANNER" in self.script:
            self.script["BANNER"](self, peer, "*")
        peer.sendall(b"* OK ready\r\n")
        for line in _lines(peer):
            tag, _space, said = line.partition(" ")
            verb = next((word for word in said.upper().split() if word != "UID"), "")
            self.asked.append(said)
            act = self.script.get(verb)
            if act is not None:
                act(self, peer, tag)
            else:
                peer.sendall(self._answer(peer, tag, verb, said))
            if verb == "LOGOUT":
                return

    def _answer(self, peer: ssl.SSLSocket, tag: str, verb: str, said: str) -> bytes:
        done = f"{tag} OK done\r\n".encode()
        if verb == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + done
        if verb == "AUTHENTICATE":
            return self._sign_in(peer, tag)
        if verb == "EXAMINE":
            top = max(self.mails, default=0) + 1
            facts = f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] x\r\n* OK [UIDNEXT {top}] x\r\n"
            return facts.encode() + f"{tag} OK [READ-ONLY] done\r\n".encode()
        if verb == "SEARCH":
            return f"* SEARCH {' '.join(str(n) for n in self._found(said))}".rstrip().encode() + b"\r\n" + done
        if verb == "FETCH":
            return self._fetched(said) + done
        return b"* BYE\r\n" + done if verb == "LOGOUT" else f"{tag} BAD {verb}?\r\n".encode()

    def _sign_in(self, peer: ssl.SSLSocket, tag: str) -> bytes:
        peer.sendall(b"+ \r\n")
        given = b64decode(next(_lines(peer))).decode().split("\0")[1:]
        return f"{tag} OK in\r\n".encode() if tuple(given) == self.login else f"{tag} NO [AUTHENTICATIONFAILED] {given[1]}\r\n".encode()

    def _found(self, said: str) -> list[int]:
        window = re.search(r"UID (\d+):(\d+)", said)
        if window:
            return [n for n in sorted(self.mails) if int(window[1]) <= n <= int(window[2])]
        return [n for n in sorted(self.mails) if n >= self.recent]

    def _fetched(self, said: str) -> bytes:
        asked = re.search(r"FETCH (\d+) .*<0\.(\d+)>", said)
        assert asked is not None, said
        data = self.mails.get(int(asked[1]))
        if data is None:
            return b""
        part = data[: int(asked[2])]
        return f"* 1 FETCH (UID {asked[1]} BODY[]<0> {{{len(part)}}}\r\n".encode() + part + b")\r\n"


def _lines(peer: ssl.SSLSocket) -> Iterator[str]:
    held = b""
    while True:
        while b"\r\n" not in held:
            more = peer.recv(4096)
            if not more:
                return
            held += more
        line, _end, held = held.partition(b"\r\n")
        yield line.decode()
