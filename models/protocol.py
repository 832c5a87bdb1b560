"""Treatment protocols and their versions. A running course keeps its version."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, only
from models.states import Moves, Stateful, state_column


class VersionState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


class Protocol(Base):
    """A protocol under its key; names in every language for lists and search."""

    __tablename__ = "protocol"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    names: Mapped[dict[str, Any]]
    versions: Mapped[list[ProtocolVersion]] = relationship(back_populates="protocol", order_by="ProtocolVersion.n")


class ProtocolVersion(Base, Stateful):
    """One version's whole content, in the shape of a protocol entry of the library. Approved content never changes."""

    __tablename__ = "protocol_version"
    MOVES: ClassVar[Moves] = {
        VersionState.DRAFT: frozenset({VersionState.APPROVED, VersionState.RETIRED}),
        VersionState.APPROVED: frozenset({VersionState.RETIRED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    protocol_id: Mapped[int] = mapped_column(ForeignKey("protocol.id"))
    protocol: Mapped[Protocol] = relationship(back_populates="versions")
    n: Mapped[int]
    content: Mapped[dict[str, Any]]
    state: Mapped[VersionState] = state_column(VersionState, VersionState.DRAFT)
    source: Mapped[str] = mapped_column(String(40), default="clinic")
    attested: Mapped[list[str]] = mapped_column(default=list)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    made_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    approved_at: Mapped[datetime | None]
    approval_note: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("protocol_id", "n"),
        Index("uq_protocol_version_one_approved", "protocol_id", unique=True, **only("state = 'approved'")),
    )
