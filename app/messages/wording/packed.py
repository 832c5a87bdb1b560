"""Words of a letter in an address, so that a frame can show a letter that nobody has saved."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping

MOST = 40_000
"""Characters of words, unpacked; a letter of nothing but its longest blocks has less."""


def pack(words: Mapping[str, str]) -> str:
    """The words as a part of an address."""
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(dict(words)).encode(), 9)).decode()


def unpack(packed: str) -> dict[str, str]:
    """The words again. Raises ValueError for anything else, and for what would unpack to more than MOST."""
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(base64.urlsafe_b64decode(packed), MOST)
        words = json.loads(data) if unpacking.eof else None
    except (binascii.Error, zlib.error, RecursionError) as error:
        raise ValueError("not packed words") from error
    if not isinstance(words, dict) or not all(isinstance(text, str) for text in words.values()):
        raise ValueError("not words by block")
    return words
