"""An envelope written so that one particular server can carry it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy

import idna

from app.messages.transports.base import Envelope, Phase, Trouble
from app.messages.transports.signing import CannotSign, Signer
from app.messages.transports.smtp_replies import Over, misconfigured, refused


@dataclass(frozen=True)
class Letter:
    """The arguments of MAIL and RCPT, and the body as it goes over the wire."""

    mail: str
    rcpt: str
    encoding: str
    body: bytes


def letter_for(envelope: Envelope, features: Mapping[str, str], signer: Signer | None = None) -> Letter:
    """Write the envelope for a server with these EHLO features, signed as the very bytes that leave.

    Raises `Over` when it cannot carry the message: an address outside ASCII without
    SMTPUTF8 (RFC 6531), or a size limit (RFC 1870) below the message; and when it cannot be signed that should be.
    """
    sender, recipient = _plain_domain(envelope.sender), _plain_domain(envelope.recipient)
    data = with_crlf(envelope.data)
    needs_utf8 = not (sender + recipient).isascii() or not _header(data).isascii()
    if needs_utf8 and "smtputf8" not in features:
        raise Over(refused(Trouble.NOT_ASCII))
    if not data.isascii() and "8bitmime" not in features:
        data = _seven_bit(data)
    data = signed(data, signer)
    options = _size_option(len(data), features)
    options += [] if data.isascii() else ["BODY=8BITMIME"]
    options += ["SMTPUTF8"] if needs_utf8 else []
    return Letter(
        mail=" ".join([f"FROM:<{sender}>", *options]),
        rcpt=f"TO:<{recipient}>",
        encoding="utf-8" if needs_utf8 else "ascii",
        body=dot_stuffed(data),
    )


def signed(data: bytes, signer: Signer | None) -> bytes:
    """With its signature where mails are signed. Raises `Over` when the key cannot be used: it never leaves without one."""
    try:
        return signer.signed(data) if signer else data
    except CannotSign as trouble:
        raise Over(misconfigured(Phase.SIGNING, Trouble.UNSIGNED.with_detail(trouble))) from trouble


def with_crlf(data: bytes) -> bytes:
    """Every line ended by CRLF, the last one too.

    A lone CR or LF is read by some servers as the end of a line: left in, it could end
    the message early and make text of ours into a command.
    """
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def dot_stuffed(data: bytes) -> bytes:
    """A second dot before every line that begins with one (RFC 5321 §4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", data)


def _size_option(size: int, features: Mapping[str, str]) -> list[str]:
    if "size" not in features:
        return []
    limit = features["size"].strip()
    if limit.isdecimal() and 0 < int(limit) < size:
        raise Over(misconfigured(Phase.MAIL, Trouble.TOO_LARGE.with_detail(f"{size} > {limit}")))
    return [f"SIZE={size}"]


def _plain_domain(address: str) -> str:
    """The address with its domain in ASCII, which needs no help from the server."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        return address


def _header(data: bytes) -> bytes:
    return data.partition(b"\r\n\r\n")[0]


def _seven_bit(data: bytes) -> bytes:
    # An old server may cut the eighth bit off, and with it every Turkish letter.
    seven = policy.SMTP.clone(cte_type="7bit")
    return with_crlf(message_from_bytes(data, policy=policy.compat32).as_bytes(policy=seven))
