"""The typed content of a protocol version. Approved content never changes, so it is read once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from app.library.content import ProtocolContent, parse_content
from app.library.loader import shipped
from models.protocol import ProtocolVersion, VersionState
from models.treatment import Course

_read: dict[tuple[int, int], ProtocolContent] = {}


def content_of(version: ProtocolVersion) -> ProtocolContent:
    """What this version says. Raises ContentError for a draft that is not yet fit."""
    key = (version.id, version.version)
    if version.state is VersionState.DRAFT:
        return parse_content(version.content, shipped())
    if key not in _read:
        _read[key] = parse_content(version.content, shipped())
    return _read[key]


def content(course: Course) -> ProtocolContent:
    """What the protocol version of this course says."""
    return content_of(course.protocol_version)


@lru_cache(maxsize=1)
def area_parents() -> dict[str, str | None]:
    """Every area of the library and the one that contains it."""
    return shipped().parents


def names_of(version: ProtocolVersion) -> dict[str, Any]:
    """The protocol's names as stored with the version."""
    return dict(version.content.get("names") or version.protocol.names)
