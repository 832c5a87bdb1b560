"""A physician's leave to give a product another way than it is authorised for, in one course."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class RouteLeave(Base):
    """It holds for the sessions of the course that come; the reason also stands in the history of its plan."""

    __tablename__ = "route_leave"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    route: Mapped[str] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    at: Mapped[datetime]
