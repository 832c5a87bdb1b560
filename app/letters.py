"""Turkish letters: a folded form to search by, and a key to sort by the 29 letters; and text of strangers on one line."""

from __future__ import annotations

import re
import unicodedata

# Lower-casing İ and I is wrong in Turkish and differs between libraries, so they are replaced first.
_FOLD = str.maketrans(dict(zip("İIıŞşĞğÇçÖöÜüØøŁłĐđ", "iiissggccoouuoollDd".lower(), strict=True)) | {"Æ": "ae", "æ": "ae", "ß": "ss"})
_LOWER = str.maketrans({"İ": "i", "I": "ı"})
_UPPER = str.maketrans({"i": "İ", "ı": "I"})
_ALPHABET = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
_ORDER = {letter: chr(0x4E00 + n) for n, letter in enumerate(_ALPHABET)}

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""Line breaks of every script, control characters, marks that turn the writing direction, and halves of letters."""


def one_line(text: str) -> str:
    """The text on one line, whoever wrote it: nothing in it ends a header, turns the writing, or cannot be stored."""
    return " ".join(CONTROLS.sub(" ", text).split())


def fold(text: str) -> str:
    """Text without case, dots and marks: "Şule ÖZTÜRK" and "sule ozturk" become the same."""
    plain = unicodedata.normalize("NFKD", text.translate(_FOLD))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def lower(text: str) -> str:
    """Lower case as Turkish writes it: I becomes ı, İ becomes i."""
    return text.translate(_LOWER).lower()


def upper(text: str) -> str:
    """Upper case as Turkish writes it: i becomes İ, ı becomes I."""
    return text.translate(_UPPER).upper()


def sort_key(text: str) -> str:
    """A key under which plain comparison sorts by the Turkish alphabet (… Irmak, İpek, Oya, Özge, Sami, Şule …)."""
    key = []
    for letter in lower(unicodedata.normalize("NFC", text)):
        bare = letter if letter in _ORDER else fold(letter)
        key.append("".join(_ORDER.get(c, c) for c in bare) or letter)
    return "".join(key)[:240]


def suffixes(text: str, shortest: int = 2) -> set[str]:
    """Every ending, two letters or more, of every word of a folded text: asked by prefix they find any part."""
    return {word[start:][:80] for word in fold(text).split() for start in range(len(word) - shortest + 1)}
