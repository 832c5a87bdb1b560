"""Which password is good enough: long, and not made of what anyone would try first. No rules about kinds of characters.

ASVS 5.0 6.2.1, 6.2.4–6.2.12 and NIST SP 800-63B-4: at least 15 characters where the password stands alone, a block list with
the place's own words, nothing cut off, no forced change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from app.i18n import _
from app.letters import fold

SHORTEST = 15
LONGEST = 256  # far above what anyone types; it only bounds the work of hashing
OWN_PART = 6  # what must be left when every common word is taken out
DIFFERENT = 6
BLOCKED = Path(__file__).with_name("blocked_passwords.txt")


def what_is_wrong(password: str, own_words: Iterable[str] = ()) -> str | None:
    """Why a password is refused, in words; None when it is good. `own_words`: names of the clinic and of the person."""
    if len(password) < SHORTEST:
        return _("Use at least %(n)d characters. A sentence you can remember is best.", n=SHORTEST)
    if len(password) > LONGEST:
        return _("Use at most %(n)d characters.", n=LONGEST)
    if len(set(password)) < DIFFERENT or _own_part(password, own_words) < OWN_PART:
        return _("This is too easy to guess: it is made of common words, names, digits or repeats. Add words of your own.")
    return None


def _own_part(password: str, own_words: Iterable[str]) -> int:
    """How much is left without common words, runs (abcd, 4321, aaaa) and signs: a letter counts one, a digit half."""
    rest = fold(password)
    own = {part for word in own_words for part in (*re.split(r"[\W_]+", fold(word)), re.sub(r"[\W_]+", "", fold(word)))}
    words = _blocked() | {word for word in own if len(word) > 2}
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, " ")
    left = _without_runs(rest)
    return sum(c.isalpha() for c in left) + sum(c.isdigit() for c in left) // 2


def _without_runs(text: str) -> str:
    """Text without three or more neighbours that are equal or one apart in the same direction."""
    kept = ""
    at = 0
    while at < len(text):
        end = at + 1
        step = ord(text[end]) - ord(text[at]) if end < len(text) else 2
        while abs(step) < 2 and end < len(text) and ord(text[end]) - ord(text[end - 1]) == step:
            end += 1
        kept += text[at:end] if end - at < 3 else ""
        at = end
    return kept


@lru_cache(maxsize=1)
def _blocked() -> frozenset[str]:
    lines = BLOCKED.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
