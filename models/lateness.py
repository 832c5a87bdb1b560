"""What was decided for a patient who came late. The plan of the day stands beside it as it was."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.message import ChangeSet
from models.states import checked


class LateWay(StrEnum):
    """What is done about it."""

    AS_PLANNED = "as_planned"
    OTHER_ROOM = "other_room"
    WITHOUT_CREAM = "without_cream"
    LATER_TODAY = "later_today"
    ANOTHER_DAY = "another_day"


class LateDecision(Base):
    """One decision about one visit, at most one of them standing. Taken back, never deleted.

    `minutes`: how late the patient came. `place`: where the visit lay before, as the schedule keeps it; None: it did not move.
    `change_set`: what the patient was told of another time.
    """

    __tablename__ = "late_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), index=True)
    way: Mapped[LateWay] = mapped_column(checked(LateWay))
    minutes: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    place: Mapped[dict[str, Any] | None]
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_set.id"))
    change_set: Mapped[ChangeSet | None] = relationship()
    undone_at: Mapped[datetime | None]
