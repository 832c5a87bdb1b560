"""A mail as people see it: the words of its HTML without the marks, and without what differs every time."""

from __future__ import annotations

import re
from html import unescape

_HANDLE = re.compile(r"(/l/|/set-password/)[\w-]{16,}")
_HIDDEN = re.compile(r"<(title|style|head).*?</\1>|<div class=\"preheader\".*?</div>", re.DOTALL)


def without_handles(text: str) -> str:
    """Random handles under one name."""
    return _HANDLE.sub(r"\1HANDLE", text)


def seen(html: str) -> str:
    """The visible words of a mail's HTML."""
    return unescape(re.sub(r"<[^>]+>", " ", _HIDDEN.sub(" ", html)))


def words(text: str) -> list[str]:
    """Words and numbers in their order; addresses of links and marks between words are not told apart."""
    plain = re.sub(r"(https?|mailto):\S+", " ", text)
    return re.findall(r"[\w+@]+", plain)
