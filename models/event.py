"""The audit chain's rows: who did or saw what, without values. Append-only; a later job chains them in order."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, only

LOOKS = ("viewed", "photos viewed", "trail viewed", "exported")
"""Acts by which somebody sees what is there and changes nothing."""
OF_A_TASK = "object_type = 'staff_task'"


class Event(Base):
    """One act. `action`: what was done in the product's words (viewed, changed, booked, signed_in, denied …); `fields`: names only."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(12), default="staff")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    role: Mapped[str] = mapped_column(String(60), default="")
    action: Mapped[str] = mapped_column(String(40))
    object_type: Mapped[str] = mapped_column(String(24), default="")
    object_id: Mapped[int | None]
    patient_id: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(12), default="ok")
    fields: Mapped[list[str]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(String(300), default="")
    request_id: Mapped[str] = mapped_column(String(36), default="")

    __table_args__ = (
        Index("ix_event_at", "at", "id"),
        Index("ix_event_patient_id", "patient_id", "at", "id"),
        Index("ix_event_staff_id_at", "staff_id", "at", "id"),
        Index("ix_event_action_at", "action", "at", "id"),
        Index("ix_event_task", "object_id", "id", **only(OF_A_TASK)),
    )


def is_of_a_task(row: type[Event]) -> ColumnElement[bool]:
    """The act was about a line of a worklist; said so that its index is seen to fit."""
    return row.object_type == literal_column("'staff_task'")
