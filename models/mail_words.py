"""The clinic's own words in its mails, version after version. What is shipped stands in files; here is only what was written anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, only
from models.protocol import VersionState
from models.states import Moves, Stateful, state_column


class MailWords(Base, Stateful):
    """One version of the words of a letter in a language: {block: words}, only the blocks that differ from the shipped ones.

    A draft may change and is never sent; what was approved never changes. `ended_at`: replaced, or taken back.
    """

    __tablename__ = "mail_words"
    MOVES: ClassVar[Moves] = {
        VersionState.DRAFT: frozenset({VersionState.APPROVED, VersionState.RETIRED}),
        VersionState.APPROVED: frozenset({VersionState.RETIRED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    letter: Mapped[str] = mapped_column(String(24))
    language: Mapped[str] = mapped_column(String(8))
    n: Mapped[int]
    words: Mapped[dict[str, Any]]
    state: Mapped[VersionState] = state_column(VersionState, VersionState.DRAFT)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    made_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    approved_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("letter", "language", "n"),
        Index("uq_mail_words_one_approved", "letter", "language", unique=True, **only("state = 'approved'")),
        Index("uq_mail_words_one_draft", "letter", "language", unique=True, **only("state = 'draft'")),
    )
