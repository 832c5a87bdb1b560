"""Two records that were one person, made one: what moved, what changed, and who did it, so that it can be taken apart again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, only
from models.patient import Patient


class PatientMerge(Base):
    """Everything of `gone` was given to `kept`; `gone` stays as a pointer.

    `moved`: the ids of the rows that went, by table; `changed`: what of the kept record changed, each with its old and new value;
    `consents`: those that ended because they were withdrawn on the other record.
    """

    __tablename__ = "patient_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    kept: Mapped[Patient] = relationship(foreign_keys=[kept_id])
    gone_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    gone: Mapped[Patient] = relationship(foreign_keys=[gone_id])
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    moved: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    consents: Mapped[list[Any]] = mapped_column(default=list)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))

    __table_args__ = (
        CheckConstraint("kept_id <> gone_id", name="of_two"),
        Index("uq_patient_merge_gone", "gone_id", unique=True, **only("undone_at IS NULL")),
    )
