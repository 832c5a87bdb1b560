"""What a person must do: calls, decisions, looks. One open task for one thing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, only
from models.patient import Patient


class StaffTask(Base):
    """A line on a worklist. `for_role`: who may do it; `facts`: what the page needs to say it in words."""

    __tablename__ = "staff_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient | None] = relationship()
    for_role: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_tried_at: Mapped[datetime | None]
    snoozed_until: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    closed_as: Mapped[str] = mapped_column(String(40), default="")

    __table_args__ = (
        Index("uq_staff_task_open", "kind", "subject_type", "subject_id", unique=True, **only("closed_at IS NULL")),
        Index("ix_staff_task_open_due_on", "due_on", "id", **only("closed_at IS NULL")),
    )
