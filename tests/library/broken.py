"""Copies of the shipped library and its protocols, for tests that break them in one place."""

import copy
from functools import lru_cache
from typing import Any

import yaml

from app.library import loader


@lru_cache(maxsize=1)
def _raw() -> Any:
    return yaml.safe_load(loader.SHIPPED.read_text(encoding="utf-8"))


def library_data() -> Any:
    """The shipped library as plain data that may be changed."""
    return copy.deepcopy(_raw())


def protocol_data(key: str) -> Any:
    """One protocol as plain data that may be changed."""
    return copy.deepcopy(next(protocol for protocol in _raw()["protocols"] if protocol["id"] == key))


def protocol_in(data: Any, key: str) -> Any:
    """One protocol inside of library data."""
    return next(protocol for protocol in data["protocols"] if protocol["id"] == key)
