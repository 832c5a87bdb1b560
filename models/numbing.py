"""The numbing cream of a visit: what was put on where, when it came on and off, and by whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.product import Lot


class CreamUse(Base):
    """Cream of a lot on one area of a patient; several areas of a visit add up. Voided, never deleted.

    `off_at` None: it is still on. `square_cm`: how large the area is, where somebody measured it.
    """

    __tablename__ = "cream_use"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    lot: Mapped[Lot] = relationship()
    amount: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(12), default="g")
    area: Mapped[str] = mapped_column(String(40))
    square_cm: Mapped[int | None]
    on_at: Mapped[datetime]
    on_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    off_at: Mapped[datetime | None]
    off_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    voided_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("off_at IS NULL OR off_at >= on_at", name="off_after_on"), Index("ix_cream_use_lot_id", "lot_id"))

    @property
    def used_at(self) -> datetime:
        """When it was given, as of any other product."""
        return self.on_at

    @property
    def used_by_id(self) -> int | None:
        """Who gave it."""
        return self.on_by_id
