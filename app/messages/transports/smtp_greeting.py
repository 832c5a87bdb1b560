"""From a setting to a line that is ready for mail: connect, greet, encrypt, sign in."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from app.messages.transports.base import Phase, Trouble
from app.messages.transports.smtp_line import SmtpLine, Timeouts, during, reply_from
from app.messages.transports.smtp_replies import Over, insist, misconfigured

Trusted = Callable[[], ssl.SSLContext]
"""Whom to believe to be the server; asked only when the line is encrypted."""


class Security(StrEnum):
    """How the line is protected; the values are the schemes of MAIL_URL."""

    PLAIN = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


@dataclass(frozen=True)
class MailServer:
    """Where to hand mail over, and as whom."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.security}://{self.host}:{self.port}"


def open_line(server: MailServer, trusted: Trusted, timeouts: Timeouts) -> SmtpLine:
    """A line that stands before MAIL; raises `Over` when there is none to be had."""
    with during(Phase.CONNECT):
        sock = socket.create_connection((server.host, server.port), timeouts.connect)
        # The dot follows the body as a packet of its own and must not wait for an echo.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line = SmtpLine(sock, timeouts)
    try:
        _greet(line, server, trusted)
    except BaseException:
        line.close()
        raise
    return line


def _greet(line: SmtpLine, server: MailServer, trusted: Trusted) -> None:
    if server.security is Security.TLS:
        line.wrap(trusted(), server.host)
    line.patience = line.timeouts.banner
    line.hear(Phase.BANNER)
    _say_hello(line)
    if server.security is Security.STARTTLS:
        _encrypt(line, server, trusted)
        _say_hello(line)
    if server.user is not None:
        _sign_in(line, server.user, server.password)


def _say_hello(line: SmtpLine) -> None:
    with during(Phase.HELLO):
        line.patience = line.timeouts.command
        reply = reply_from(*line.ehlo())
        if reply.code is not None and reply.code // 100 == 5:
            reply = reply_from(*line.helo())
    insist(Phase.HELLO, reply)


def _encrypt(line: SmtpLine, server: MailServer, trusted: Trusted) -> None:
    if not line.has_extn("starttls"):
        raise Over(misconfigured(Phase.STARTTLS, Trouble.NO_ENCRYPTION))
    line.ask(Phase.STARTTLS, "STARTTLS")
    line.wrap(trusted(), server.host)


def _sign_in(line: SmtpLine, user: str, password: str) -> None:
    # By hand: smtplib's own login cannot carry letters outside ASCII, tries a wrong
    # password once per mechanism, and reads "sign-in is not enabled" (503) as success.
    ways = line.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in ways:
        line.ask(Phase.AUTH, "AUTH", "PLAIN " + _base64(f"\0{user}\0{password}"))
    elif "LOGIN" in ways:
        line.ask(Phase.AUTH, "AUTH", "LOGIN", good={334})
        line.ask(Phase.AUTH, _base64(user), good={334})
        line.ask(Phase.AUTH, _base64(password))
    else:
        raise Over(misconfigured(Phase.AUTH, Trouble.NO_SIGN_IN))


def _base64(secret: str) -> str:
    return b64encode(secret.encode()).decode("ascii")
