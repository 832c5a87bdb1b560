"""What a physician does with protocols: approve, change, retire. And the library that a clinic starts with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.errors import Refused
from app.history import record, who
from app.i18n import _
from app.library.content import problems_of
from app.library.loader import shipped
from app.protocols.problems import name_of, problem_words
from app.protocols.queries import lacking
from models.base import db
from models.protocol import Protocol, ProtocolVersion, VersionState

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Approval:
    """What a physician confirms of a version. `figures` (an age, days of grace) and `effects` (of rules) replace the draft's;
    `confirmed` are the keys ticked one by one; `reasons` say for each attestation what it rests on."""

    confirmed: frozenset[str] = frozenset()
    figures: Mapping[str, int] = field(default_factory=dict)
    effects: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def load_shipped(now: datetime) -> int:
    """Put every protocol of the shipped library in that is not there yet, as a draft. Returns how many were added."""
    there = set(db.session.scalars(select(Protocol.key)))
    added = 0
    for key, content in shipped().protocols.items():
        if key not in there:
            data = json.loads(json.dumps(content))
            protocol = Protocol(key=key, names=data["names"])
            db.session.add(protocol)
            db.session.add(ProtocolVersion(protocol=protocol, n=1, content=data, source="library", made_at=now))
            added += 1
    db.session.flush()
    return added


def approve(version: ProtocolVersion, approval: Approval, now: datetime) -> None:
    """Approve a draft; the version approved before is retired, courses that run keep theirs.

    Raises Refused when it is no draft, its content is not fit, something was not confirmed, or the clinic lacks a need.
    """
    if version.state is not VersionState.DRAFT:
        raise Refused(_("This version is not a draft any more."))
    content = with_confirmed(version.content, approval)
    if problems := problems_of(content, shipped()):
        raise Refused(_("This version cannot be approved: %(why)s", why=" ".join(problem_words(problem) for problem in problems[:3])))
    unconfirmed = [name_of(key) for key in content.get("must_confirm", ()) if key not in approval.confirmed]
    unattested = [name_of(key) for key in content.get("attest", ()) if not approval.reasons.get(key)]
    if unconfirmed or unattested:
        raise Refused(_("Please confirm each of these: %(names)s", names=", ".join(unconfirmed + unattested)))
    if needs := lacking(version):
        raise Refused(_("The clinic's settings lack what this protocol needs: %(names)s. Enter it first.", names=", ".join(needs)))
    _retire_approved(version.protocol, now)
    version.content = content
    version.attested = sorted(approval.reasons)
    version.approval_note = approval.note[:LONGEST_NOTE]
    version.approved_by_id, version.approved_at = who(), now
    version.move_to(VersionState.APPROVED)
    version.version += 1
    version.protocol.names = dict(content["names"])
    record("approved", version, now, reason=approval.note)
    for key, reason in approval.reasons.items():
        record("attested", version, now, fields=[key], reason=reason)


def with_confirmed(content: Mapping[str, Any], approval: Approval) -> dict[str, Any]:
    """The content with the figures and effects that the physician set while confirming."""
    data: dict[str, Any] = dict(content) | dict(approval.figures)
    rules = shipped().rules
    effects = dict(data.get("rule_effects") or {}) | dict(approval.effects)
    changed = {key: effect for key, effect in effects.items() if key not in rules or effect != str(rules[key].effect)}
    data.pop("rule_effects", None)
    return data | ({"rule_effects": changed} if changed else {})


def approve_read(versions: Iterable[ProtocolVersion], now: datetime) -> int:
    """Approve drafts that ask for nothing to be confirmed. Raises Refused at the first that cannot be."""
    approved = 0
    for version in versions:
        approve(version, Approval(), now)
        approved += 1
    return approved


def asks_more(version: ProtocolVersion) -> bool:
    """Whether approving this version takes confirmations or attestations, one by one."""
    return bool(version.content.get("attest") or version.content.get("must_confirm"))


def retire(version: ProtocolVersion, reason: str, now: datetime) -> None:
    """No new course may use this version; those that run keep it."""
    version.move_to(VersionState.RETIRED)
    version.version += 1
    record("retired", version, now, reason=reason)


def new_draft(protocol: Protocol, content: dict[str, Any], now: datetime) -> ProtocolVersion:
    """A further version of a protocol, to be approved. Its content must have been found fit."""
    n = max((version.n for version in protocol.versions), default=0) + 1
    version = ProtocolVersion(protocol=protocol, n=n, content=content, made_by_id=who(), made_at=now)
    record("added", version, now)
    return version


def new_protocol(key: str, content: dict[str, Any], now: datetime) -> ProtocolVersion:
    """A protocol of the clinic's own with its first draft. Raises Refused when its name is taken."""
    if db.session.scalar(select(Protocol.id).where(Protocol.key == key)):
        raise Refused(_("There is a protocol of this name already. Choose another name, or make a new version of that one."))
    protocol = Protocol(key=key, names=dict(content["names"]))
    record("added", protocol, now)
    return new_draft(protocol, content | {"id": key}, now)


def change_draft(version: ProtocolVersion, content: dict[str, Any], now: datetime) -> None:
    """Other content for a draft. Raises Refused when it is no draft: approved content never changes."""
    if version.state is not VersionState.DRAFT:
        raise Refused(_("This version is not a draft any more. Make a new version instead."))
    version.content = content
    version.version += 1
    record("changed", version, now, fields=["content"])


def _retire_approved(protocol: Protocol, now: datetime) -> None:
    for version in protocol.versions:
        if version.state is VersionState.APPROVED:
            retire(version, _("replaced by a newer version"), now)
    db.session.flush()  # the database allows one approved version: the old one leaves first
