"""A call with a patient or whoever speaks for them: what was said and what was advised."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class CallRecord(Base):
    """One call, written down by whoever was on call. `task_id`: the wish for a call that it answered. Append-only."""

    __tablename__ = "call_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("staff_task.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    said: Mapped[str] = mapped_column(Text)
    advice: Mapped[str] = mapped_column(Text, default="")
