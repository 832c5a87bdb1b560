"""A complication: what a patient was left with after a treatment, from the first sign until a physician clears it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, only
from models.patient import Patient
from models.product import Lot
from models.states import Moves, Stateful, checked, state_column
from models.treatment import TreatmentSession


class ComplicationState(StrEnum):
    OPEN = "open"
    CLEARED = "cleared"


class Severity(StrEnum):
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class NoticedHow(StrEnum):
    SEEN = "seen"
    PHONED = "phoned"


class Complication(Base, Stateful):
    """An open one keeps treatment from its area, and questions and invitations from its patient (docs/rules.md).

    `area` empty: all of them. `signs`: keys of the list, `signs_free` what it does not have; `done` with `lot`: what was done about
    it, and with what; `reported_on`: when the authority was told, `reported_to` which one.
    """

    __tablename__ = "complication"
    MOVES: ClassVar[Moves] = {
        ComplicationState.OPEN: frozenset({ComplicationState.CLEARED}),
        ComplicationState.CLEARED: frozenset({ComplicationState.OPEN}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    patient: Mapped[Patient] = relationship()
    session_id: Mapped[int | None] = mapped_column(ForeignKey("treatment_session.id"), index=True)
    session: Mapped[TreatmentSession | None] = relationship()
    area: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[ComplicationState] = state_column(ComplicationState, ComplicationState.OPEN)
    noticed_at: Mapped[datetime]
    noticed_how: Mapped[NoticedHow] = mapped_column(checked(NoticedHow))
    signs: Mapped[list[str]] = mapped_column(default=list)
    signs_free: Mapped[str] = mapped_column(Text, default="")
    severity: Mapped[Severity] = mapped_column(checked(Severity))
    done: Mapped[str] = mapped_column(Text, default="")
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    lot: Mapped[Lot | None] = relationship()
    outcome: Mapped[str] = mapped_column(Text, default="")
    reported_on: Mapped[date | None]
    reported_to: Mapped[str] = mapped_column(String(120), default="")
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    cleared_at: Mapped[datetime | None]
    cleared_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        Index("ix_complication_patient_id", "patient_id"),
        Index("ix_complication_open", "patient_id", "area", **only("state = 'open'")),
    )
