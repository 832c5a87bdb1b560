"""What staff decided about a session or a no-show and the agreed number of sessions. No prices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class AgreementWord(Base):
    """Whether it counts against the agreement, who says so and why. The last word holds. Append-only.

    `appointment_id`: the visit to which the patient did not come; None: the session as it was done.
    """

    __tablename__ = "agreement_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("treatment_session.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    counts: Mapped[bool]
    why: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    at: Mapped[datetime]
