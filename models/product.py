"""Products, their lots, and which lot went into which session or touch-up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base


class Product(Base):
    """A product on the shelf. `kind` is a key of the library's products; `limits` the physician's figures (numbing cream)."""

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(120))
    maker: Mapped[str] = mapped_column(String(120), default="")
    authorised_routes: Mapped[list[str]] = mapped_column(default=list)
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    active: Mapped[bool] = mapped_column(default=True)
    lots: Mapped[list[Lot]] = relationship(back_populates="product", order_by="Lot.expires_on")

    __table_args__ = (UniqueConstraint("kind", "name"),)


class Lot(Base):
    """A lot: its number and expiry. A frozen (recalled) or expired lot may not be used."""

    __tablename__ = "lot"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    product: Mapped[Product] = relationship(back_populates="lots")
    number: Mapped[str] = mapped_column(String(60))
    expires_on: Mapped[date]
    frozen_at: Mapped[datetime | None]
    default_on: Mapped[date | None]

    __table_args__ = (UniqueConstraint("product_id", "number"),)


class LotUse(Base):
    """What of a lot went into a session: amount with its unit, route, area, by whom. Voided, never deleted.

    A touch-up uses a product too and has no session: its use belongs to the visit itself, so that whoever was given something
    of a lot is found through one or the other.
    """

    __tablename__ = "lot_use"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("treatment_session.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    lot: Mapped[Lot] = relationship()
    amount: Mapped[str] = mapped_column(String(20), default="")
    unit: Mapped[str] = mapped_column(String(12), default="ml")
    route: Mapped[str] = mapped_column(String(40), default="")
    area: Mapped[str] = mapped_column(String(40), default="")
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    used_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(session_id IS NULL) <> (appointment_id IS NULL)", name="session_or_visit"),
        Index("ix_lot_use_lot_id", "lot_id"),
    )
