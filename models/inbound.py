"""What came in by mail, and how far the mailbox was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, only
from models.message import Message
from models.patient import Patient

_TO_LOOK_AT = "outcome IN ('failed', 'unmatched')"


class IncomingMail(Base):
    """One mail that came in, once: `mark` is the hash of its bytes. Its words are kept only where somebody wrote or must look.

    `what`: bounce, calendar, automatic, person or unreadable; `outcome`: what followed from it (see app/inbound/outcomes);
    `facts`: what it said in plain values; `looked_at`: somebody has seen to it.
    """

    __tablename__ = "incoming_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    came_at: Mapped[datetime] = mapped_column(index=True)
    what: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(24), default="")
    message_pk: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    message: Mapped[Message | None] = relationship()
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient | None] = relationship()
    sender: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    looked_at: Mapped[datetime | None]
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))

    __table_args__ = (Index("ix_incoming_mail_to_look_at", "id", **only(f"{_TO_LOOK_AT} AND looked_at IS NULL")),)


IS_TO_LOOK_AT = and_(text(f"incoming_mail.{_TO_LOOK_AT}"), IncomingMail.looked_at.is_(None))
"""Nobody has looked at it, and somebody must; as the index of these says it: only so do both engines use it."""


class MailboxState(Base):
    """How far a mailbox was read, and since when it cannot be. `name`: the mailbox in words, without its password."""

    __tablename__ = "mailbox_state"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    validity: Mapped[int] = mapped_column(BigInteger, default=0)
    last: Mapped[int] = mapped_column(BigInteger, default=0)
    read_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(500), default="")
