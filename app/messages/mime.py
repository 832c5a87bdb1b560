"""A mail as the bytes that travel (RFC 5322, 2045, 2047): text and HTML side by side, the calendar file beside them.

Written by hand, not with `email.message`: composing bounds how many mails leave in an hour, and this takes a tenth of the time.
No field can carry a line break into the header: every value is put on one line first, whoever typed it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, quote

import idna

from app.letters import CONTROLS, one_line
from app.messages.compose import Mail

_LONGEST_LINE = 76
_PLAIN_PHRASE = re.compile(r"[\w !#$%&'*+/=?^`{|}~-]*", re.ASCII)
METHODS = ("REQUEST", "CANCEL", "PUBLISH")
INVITE = "invite.ics"


class CannotBeAddressed(ValueError):
    """An address cannot be written in a header; the text names the field, never the address."""


def mime(
    mail: Mail,
    *,
    sender: str,
    sender_name: str,
    recipient: str,
    reply_to: str,
    message_id: str,
    date: datetime,
) -> bytes:
    """The whole message with CRLF line ends, 7-bit throughout.

    `message_id` without brackets; `date` aware. Raises CannotBeAddressed for an address that no header can carry.
    """
    fields = [
        ("From", _mailbox(sender, sender_name, "From")),
        ("To", address(recipient, "To")),
        ("Subject", _words(mail.subject, "Subject")),
        ("Date", format_datetime(date)),
        ("Message-ID", f"<{_one_word(message_id)}>"),
        ("MIME-Version", "1.0"),
        ("Content-Language", mail.language),
        *_optional(reply_to),
        *((name, one_line(value)) for name, value in mail.headers.items()),
    ]
    mark = _boundary(message_id)
    words = _alternative(mail, f"{mark}-a")
    body = _mixed(words, mail.calendar, f"{mark}-m") if mail.calendar else words
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return head.encode("ascii") + body


def address(mailbox: str, which: str) -> str:
    """An address for a header, its domain in ASCII (IDNA). Raises CannotBeAddressed."""
    local, _, domain = mailbox.rpartition("@")
    if not local or not domain or CONTROLS.search(mailbox) or any(mark in mailbox for mark in ' <>,;:"()[]\\'):
        raise CannotBeAddressed(f"The {which} address cannot be written in a mail.")
    if not local.isascii():
        raise CannotBeAddressed(f"The {which} address has letters before the @ that mail servers do not carry.")
    if domain.isascii():
        return mailbox
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError:
        raise CannotBeAddressed(f"The {which} address has a domain that does not exist.") from None


def _optional(reply_to: str) -> Iterable[tuple[str, str]]:
    return [("Reply-To", address(reply_to, "Reply-To"))] if reply_to else []


def _mailbox(mailbox: str, name: str, which: str) -> str:
    name = one_line(name)
    if not name:
        return address(mailbox, which)
    if not name.isascii() or "=?" in name:  # what is written as an encoded word would be read as something else
        return f"{_words(name, which)} <{address(mailbox, which)}>"
    phrase = name if _PLAIN_PHRASE.fullmatch(name) else f'"{quote(name)}"'
    return f"{phrase} <{address(mailbox, which)}>"


def _words(text: str, field: str) -> str:
    """Unstructured text of a header, folded; encoded words where it leaves ASCII."""
    text = one_line(text)
    if text.isascii() and len(text) + len(field) + 2 <= _LONGEST_LINE and "=?" not in text:
        return text
    return Header(text, "utf-8", _LONGEST_LINE, field).encode(linesep="\r\n")


def _one_word(text: str) -> str:
    return re.sub(r"[^\x21-\x3b\x3d\x3f-\x7e]", "", text)


def _boundary(message_id: str) -> str:
    """Cannot stand in a part: quoted-printable writes "=_" nowhere, base64 has no underscore."""
    return f"=_seans-{re.sub(r'[^A-Za-z0-9]', '', message_id)[:40]}"


def _alternative(mail: Mail, mark: str) -> bytes:
    return _multipart("alternative", mark, [_text("plain", mail.text), _text("html", mail.html)])


def method_of(calendar: bytes) -> str:
    """The method a calendar file was written with; its part of the mail names it too (RFC 6047)."""
    return next(method for method in METHODS if f"\r\nMETHOD:{method}\r\n".encode() in calendar)


def _mixed(words: bytes, calendar: bytes, mark: str) -> bytes:
    head = (
        f'Content-Type: text/calendar; charset=utf-8; method={method_of(calendar)}; name="{INVITE}"\r\n'
        f'Content-Disposition: attachment; filename="{INVITE}"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    return _multipart("mixed", mark, [words, head.encode("ascii") + _base64(calendar)])


def _multipart(kind: str, mark: str, parts: Iterable[bytes]) -> bytes:
    limit = f"--{mark}".encode("ascii")
    inside = b"".join(limit + b"\r\n" + part.rstrip(b"\r\n") + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n\r\n'.encode("ascii")
    return head + inside + limit + b"--\r\n"


def _text(kind: str, text: str) -> bytes:
    """A part in quoted-printable: readable in a file, and never longer than 76 characters a line."""
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    body = binascii.b2a_qp(text.replace("\r\n", "\n").replace("\r", "\n").encode(), istext=True)
    return head.encode("ascii") + re.sub(rb"(?m)^From ", b"=46rom ", body).replace(b"\n", b"\r\n")


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")
