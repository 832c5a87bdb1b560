"""What people read of a patient's history: what was written down, from what to what, who, when. It goes with the patient."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class PatientChange(Base):
    """One field of a record, one consent or one contact that changed. Append-only.

    `what`: the field's name, "contact", or "consent" and its kind; `old` and `new` as they are kept, empty for nothing.
    """

    __tablename__ = "patient_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    what: Mapped[str] = mapped_column(String(40))
    old: Mapped[str] = mapped_column(Text, default="")
    new: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    by_patient: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
