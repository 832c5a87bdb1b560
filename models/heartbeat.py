"""Is each job alive, and who ticks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Heartbeat(Base):
    """When a job last ran and what it said."""

    __tablename__ = "heartbeat"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    said: Mapped[str] = mapped_column(String(300), default="")
    failed_at: Mapped[datetime | None]


class Lease(Base):
    """Who may do a thing until when. Correctness never depends on it: it only saves double work."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str] = mapped_column(String(60))
    until: Mapped[datetime]
