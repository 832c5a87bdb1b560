"""The end of a day: which visits a press gave an outcome, who closed the day when, and what each person has read of what came since."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.staff import StaffMember


class DayClosing(Base):
    """One press on the page that closes a day, to be taken back as a whole. `closes`: nothing was left then, so the day is closed.

    `moved`: the visits that got an outcome, each as [id, its version after that]; `kept`: those left as they are on purpose;
    `asked`: those of them for which this press put a line on the worklist. `over_at`: taken back, or the day was opened again.
    """

    __tablename__ = "day_closing"

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    day: Mapped[date]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    by: Mapped[StaffMember | None] = relationship(foreign_keys=[by_id])
    closes: Mapped[bool] = mapped_column(default=False)
    moved: Mapped[list[Any]] = mapped_column(default=list)
    kept: Mapped[list[Any]] = mapped_column(default=list)
    asked: Mapped[list[Any]] = mapped_column(default=list)
    over_at: Mapped[datetime | None]
    over_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))

    __table_args__ = (Index("ix_day_closing_day", "day"), Index("ix_day_closing_at", "at"))


class CameRead(Base):
    """Up to when a person has read what came in since the day was closed."""

    __tablename__ = "came_read"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), primary_key=True)
    at: Mapped[datetime]
