"""How a password is kept: argon2id with 19 MiB, two passes, one lane (OWASP's password storage cheat sheet; security: 11.4.2)."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Whether this is the password. Takes the same time when there is none to compare with."""
    try:
        return HASHER.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether a password was kept with other costs than today's."""
    return HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return hash_password("the password of nobody, compared with for the time it takes")
