"""A mail taken apart (RFC 5322, 2045–2047) so that nothing in it can raise, loop or grow, however broken it is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from html import unescape

from app.letters import one_line

MOST_BYTES = 256 * 1024
"""So much of a mail is read; reports and answers are far shorter, what follows are pictures."""
MOST_PARTS = 100
MOST_NESTED = 30
"""Parts that hold parts. Every line is held against the mark of each part it lies in: a mail of hundreds takes the library ten seconds."""
LONGEST_HEADER = 2_000
LONGEST_TEXT = 20_000
_KNOWN_CHARSETS = re.compile(r"ascii|utf-(8|16|32)|iso(8859|2022)|cp\d|koi8|mac-|gb|big5|shift_jis|euc_|johab|hz|tis-620|latin", re.ASCII)
"""Python knows codecs that are no charsets, some of them slow beyond measure on purpose-made text."""
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,300}>")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[^\s<>()\[\],;:\"@]{1,190}")
_HOLDS_PARTS = re.compile(rb"boundary[\s*\d]*=", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_NEW_LINE = re.compile(r"<(br|/p|/div|/tr|/li|/h[1-6])\b", re.IGNORECASE)
_UNSEEN = re.compile(r"<(style|script|head|title)\b|<!--(?!.*--\s*>)", re.IGNORECASE | re.DOTALL)
_SEEN_AGAIN = re.compile(r"</(style|script|head|title)\b|<!--.*--\s*>|<!\[endif\]--\s*>", re.IGNORECASE | re.DOTALL)


class _Short(Compat32):
    """Headers are cut as they are read: parameters of an endless one take the standard library minutes."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """As the standard library does, and no more of the value than anybody needs."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


_POLICY = _Short()


def opened(data: bytes) -> Message:
    """The mail. Raises RecursionError or MessageError for what is made to break a reader."""
    data = data[:MOST_BYTES]
    if len(_HOLDS_PARTS.findall(data)) > MOST_NESTED:
        raise MessageError("parts in parts in parts")
    return message_from_bytes(data, policy=_POLICY)


def headers_in(text: str) -> Message:
    """Header lines that stand in a text."""
    return message_from_string(text[:MOST_BYTES], policy=_POLICY)


def leaves(mail: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a mail inside a mail is one part."""
    waiting, seen = [mail], 0
    while waiting and seen < MOST_PARTS:
        part, seen = waiting.pop(), seen + 1
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting.extend(reversed([one for one in inside if isinstance(one, Message)]))
        else:
            yield part


def header(mail: Message, name: str) -> str:
    """A header's words on one line; empty when it is missing."""
    return one_line(_decoded(str(mail.get(name) or ""))[:LONGEST_HEADER])


def headers(mail: Message, name: str) -> list[str]:
    """All headers of a name."""
    return [one_line(_decoded(str(value))[:LONGEST_HEADER]) for value in (mail.get_all(name) or [])[:20]]


def addresses(text: str) -> list[str]:
    """Everything in a text that looks like a mail address, in lower case."""
    return [found.strip(".'").lower() for found in _ADDRESS.findall(text)]


def message_ids(text: str) -> list[str]:
    """Everything in a text that looks like a Message-ID, with its brackets."""
    return _MESSAGE_ID.findall(text[:MOST_BYTES])


def words(part: Message) -> str:
    """The text of a part; of HTML what is read, without its marks."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    text = payload.decode(_charset(part), "replace").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return _without_marks(text) if part.get_content_subtype() == "html" else text


def best_words(mail: Message) -> str:
    """What a person reads of the whole mail: its plain text, else its HTML. Attached files are left out."""
    shown = [part for part in leaves(mail) if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"]
    plain = [words(part) for part in shown if part.get_content_subtype() == "plain"]
    said = [one for one in plain if one.strip()] or [words(part) for part in shown if part.get_content_subtype() == "html"]
    return _tidy("\n\n".join(said))


def every_word(mail: Message) -> str:
    """All its texts, one after the other."""
    return _tidy("\n\n".join(words(part) for part in leaves(mail) if part.get_content_maintype() == "text"))


def inside(part: Message) -> Message | None:
    """The headers of a mail that stands in this part: whole, or its headers only."""
    if part.get_content_type() in {"message/rfc822", "message/global"}:
        held = part.get_payload()
        return held[0] if isinstance(held, list) and held and isinstance(held[0], Message) else None
    if part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}:
        return headers_in(words(part) or _unread(part))
    return None


def _unread(part: Message) -> str:
    """What the standard library has taken for headers of its own in a part whose type begins with message/."""
    held = part.get_payload()
    first = held[0] if isinstance(held, list) and held else None
    return "\n".join(f"{name}: {value}" for name, value in first.items()) if isinstance(first, Message) else ""


def _charset(part: Message) -> str:
    try:
        name = codecs.lookup(part.get_content_charset() or "utf-8").name
    except (LookupError, ValueError):
        return "utf-8"
    return name if _KNOWN_CHARSETS.match(name) else "utf-8"


def _decoded(value: str) -> str:
    """Encoded words (RFC 2047) read; what cannot be read stays as it is."""
    value = value[:LONGEST_HEADER]
    if "=?" not in value:
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError, MessageError):
        return value


def _without_marks(text: str) -> str:
    """What stands between the marks, mark by mark: a search for pairs takes a purpose-made text for ever."""
    said, hidden, place = [], False, 0
    for mark in _TAG.finditer(text):
        said.append("" if hidden else text[place : mark.start()])
        hidden = not _SEEN_AGAIN.match(mark[0]) if hidden else _UNSEEN.match(mark[0]) is not None
        said.append("\n" if _NEW_LINE.match(mark[0]) else "")
        place = mark.end()
    return unescape("".join(said) + ("" if hidden else text[place:]))


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in text[: 4 * LONGEST_TEXT].split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_TEXT]
