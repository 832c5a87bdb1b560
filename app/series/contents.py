"""The typed content of a protocol version. Approved content never changes, so it is read once."""

from __future__ import annotations

from typing import Any

from flask import current_app

from app.library.content import ProtocolContent, parse_content
from app.library.loader import shipped
from models.base import db
from models.protocol import ProtocolVersion, VersionState
from models.treatment import Course


def content_of(version: ProtocolVersion) -> ProtocolContent:
    """What this version says. Raises ContentError for a draft that is not yet fit."""
    if version.state is VersionState.DRAFT:
        return parse_content(version.content, shipped())
    key, read = (version.id, version.version), _read()
    if key not in read:
        read[key] = parse_content(version.content, shipped())
    return read[key]


def content_by(version_id: int, version: int) -> ProtocolContent:
    """The same for a version that a course follows, where only its numbers are known."""
    return _read().get((version_id, version)) or content_of(db.session.get_one(ProtocolVersion, version_id))


def is_read(version: ProtocolVersion) -> bool:
    """Whether `content_of` can answer without asking the database again."""
    return (version.id, version.version) in _read()


def _read() -> dict[tuple[int, int], ProtocolContent]:
    """What was read already, kept with the application: another one (a test's) has other protocols under the same numbers."""
    read: dict[tuple[int, int], ProtocolContent] = current_app.extensions.setdefault("seans.contents", {})
    return read


def content(course: Course) -> ProtocolContent:
    """What the protocol version of this course says."""
    return content_of(course.protocol_version)


def names_of(version: ProtocolVersion) -> dict[str, Any]:
    """The protocol's names as stored with the version."""
    return dict(version.content.get("names") or version.protocol.names)
