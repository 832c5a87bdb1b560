"""How a password is kept: argon2id with 19 MiB, two passes, one lane (OWASP's password storage cheat sheet)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(_one_form(password))


def is_password(kept: str | None, password: str) -> bool:
    """Whether this is the password. Takes the same time when there is none to compare with."""
    try:
        return HASHER.verify(kept or _nobodys(), _one_form(password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether a password was kept with other costs than today's."""
    return HASHER.check_needs_rehash(kept)


def _one_form(password: str) -> str:
    """The same letters typed on another keyboard may come as other code points (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return hash_password("the password of nobody, compared with for the time it takes")
