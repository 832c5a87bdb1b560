"""MAIL_URL in words a person can act on: which way mail leaves."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import idna

from app.messages.transports.base import Transport, TransportConfigError
from app.messages.transports.folder import FolderTransport
from app.messages.transports.signing import Signer
from app.messages.transports.smtp import SmtpTransport
from app.messages.transports.smtp_greeting import MailServer, Security
from app.messages.transports.smtp_line import Timeouts

USUAL_PORT = {Security.PLAIN: 25, Security.STARTTLS: 587, Security.TLS: 465}
SHAPE = "smtp+starttls://user:password@mail.example.org:587"


def transport_from_url(
    mail_url: str | None, folder: Path, timeouts: Timeouts | None = None, signer: Signer | None = None
) -> Transport:  # fmt: skip
    """The transport MAIL_URL asks for; without one, mail is filed in `folder`, unsigned.

    Raises `TransportConfigError` in words, never with the password in them.
    """
    if mail_url is None or not mail_url.strip():
        return FolderTransport(folder)
    return SmtpTransport(mail_server_from(mail_url.strip()), timeouts=timeouts, signer=signer)


def mail_server_from(mail_url: str) -> MailServer:
    """Read `smtp://`, `smtp+starttls://` or `smtps://`; user and password percent-encoded."""
    if any(letter.isspace() or not letter.isprintable() for letter in mail_url):
        raise TransportConfigError("MAIL_URL has a space or line break in it.")
    try:
        parts = urlsplit(mail_url)
        host, port = _plain_host(parts.hostname or ""), parts.port
    except ValueError as wrong:
        raise TransportConfigError(_password_hint("host or port cannot be read")) from wrong
    security = _security(parts.scheme)
    if not host:
        raise TransportConfigError(f"MAIL_URL names no mail server. Expected: {SHAPE}")
    if port == 0 or parts.path.strip("/") or parts.query or parts.fragment:
        raise TransportConfigError(_password_hint("something follows the host and port"))
    user, password = _credentials(parts)
    if user is not None and security is Security.PLAIN and not _is_this_machine(host):
        raise TransportConfigError("MAIL_URL would send the password in the clear: use smtp+starttls:// or smtps://.")
    return MailServer(host, port or USUAL_PORT[security], security, user, password)


def _security(scheme: str) -> Security:
    try:
        return Security(scheme)
    except ValueError as unknown:
        raise TransportConfigError(f"MAIL_URL must begin with smtp://, smtp+starttls:// or smtps://. Expected: {SHAPE}") from unknown


def _credentials(parts: SplitResult) -> tuple[str | None, str]:
    if parts.username is None:
        return None, ""
    try:
        user = unquote(parts.username, errors="strict")
        password = unquote(parts.password or "", errors="strict")
    except UnicodeDecodeError as wrong:
        raise TransportConfigError(_password_hint("user or password is not UTF-8")) from wrong
    if not user or not password or "\0" in user + password:
        raise TransportConfigError(f"MAIL_URL needs both a user and a password. Expected: {SHAPE}")
    return user, password


def _password_hint(what: str) -> str:
    return f"MAIL_URL: {what}. Expected: {SHAPE}. In user and password write : / ? # @ and % as %3A %2F %3F %23 %40 and %25."


def _plain_host(host: str) -> str:
    plain = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    plain.encode("idna")  # as the socket will: an empty label must fail here, in words
    return plain


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
