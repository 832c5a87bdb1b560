"""The name of this process, under which it takes work that only one may do."""

from __future__ import annotations

import os
import secrets

_names: dict[int, str] = {}


def owner() -> str:
    """Told apart from every other process, also from the one it was forked from."""
    return _names.setdefault(os.getpid(), f"{os.getpid()}-{secrets.token_hex(4)}")
