"""What was mended in the record of a visit: what had been written down, what stands now, who says so and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.appointment import Appointment
from models.base import Base
from models.states import checked


class Mistake(StrEnum):
    """What was wrong about a record. A wrong product or lot has rows of its own (LotUse)."""

    WRONG_TIME = "wrong_time"
    NEVER_HAPPENED = "never_happened"
    WRONG_PATIENT = "wrong_patient"


class RecordCorrection(Base):
    """One mended record. The original is kept: `old` holds every session as it had been written down, `new` what stands instead.

    `moved_to_id`: the visit of the patient who was really treated. `undone_at`: the correction itself was taken back.
    """

    __tablename__ = "record_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    appointment: Mapped[Appointment] = relationship(foreign_keys=[appointment_id])
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    moved_to_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    what: Mapped[Mistake] = mapped_column(checked(Mistake))
    old: Mapped[dict[str, Any]] = mapped_column(default=dict)
    new: Mapped[dict[str, Any]] = mapped_column(default=dict)
    why: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
