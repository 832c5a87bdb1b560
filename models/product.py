"""Products, their lots, which lot went into which session or touch-up, and lots that are called back."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.clinic import Location
from models.states import Moves, Stateful, checked, state_column


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
    """A lot: its number and expiry. A frozen (recalled) or expired lot may not be used; one with a location only there."""

    __tablename__ = "lot"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    product: Mapped[Product] = relationship(back_populates="lots")
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    number: Mapped[str] = mapped_column(String(60))
    expires_on: Mapped[date]
    frozen_at: Mapped[datetime | None]
    default_on: Mapped[date | None]

    __table_args__ = (UniqueConstraint("product_id", "number"),)


class StockChange(StrEnum):
    RECEIVED = "received"
    DISCARDED = "discarded"


class StockMove(Base):
    """Pieces of a lot that arrived or were thrown away, where and why. What is used stands with the sessions (LotUse)."""

    __tablename__ = "stock_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    location: Mapped[Location | None] = relationship()
    what: Mapped[StockChange] = mapped_column(checked(StockChange))
    pieces: Mapped[int]
    why: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("pieces > 0", name="some"),)


class LotUse(Base):
    """What of a lot went into a session: amount with its unit, route, area, by whom. Voided, never deleted.

    A touch-up uses a product too and has no session: its use belongs to the visit itself, so that whoever was given something
    of a lot is found through one or the other. `identifiers`: what on a tube of the patient's own blood was compared with them.
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
    identifiers: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    used_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(session_id IS NULL) <> (appointment_id IS NULL)", name="session_or_visit"),
        Index("ix_lot_use_lot_id", "lot_id"),
        Index("ix_lot_use_used_at", "used_at"),
    )


class LotRecallState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    CLOSED = "closed"


class LotRecall(Base, Stateful):
    """Lots that are called back: everybody who was given something of them is told, once a physician has approved the text.

    `texts`: by language {meaning, to_do, signs, calls}, which name no treatment; `call_by`: until when everybody must have heard;
    `counts`: how many were told which way when it was closed; `note`: why it was closed with somebody untold.
    """

    __tablename__ = "lot_recall"
    MOVES: ClassVar[Moves] = {
        LotRecallState.OPEN: frozenset({LotRecallState.APPROVED, LotRecallState.CLOSED}),
        LotRecallState.APPROVED: frozenset({LotRecallState.CLOSED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[LotRecallState] = state_column(LotRecallState, LotRecallState.OPEN)
    reason: Mapped[str] = mapped_column(String(300))
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    call_by: Mapped[date]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)
    lots: Mapped[list[Lot]] = relationship(secondary="recalled_lot", order_by="Lot.number")


class RecalledLot(Base):
    """One of the lots of a recall."""

    __tablename__ = "recalled_lot"

    recall_id: Mapped[int] = mapped_column(ForeignKey("lot_recall.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, index=True)
