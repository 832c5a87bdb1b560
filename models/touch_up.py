"""What was seen at a visit that treats without a session: a touch-up, a patch test."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class TouchUp(Base):
    """How the skin answered and what there is to say; clinical words, which a visit's own note is not."""

    __tablename__ = "touch_up"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    reaction: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")
