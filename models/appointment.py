"""The visit: when the patient must be there, what happens in it, whom and what it claims."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import ClassVar
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, only
from models.patient import Patient
from models.staff import StaffMember
from models.states import Moves, Stateful, checked, state_column
from models.treatment import TreatmentPlan, TreatmentSession


class VisitKind(StrEnum):
    """The library's visit types."""

    TREATMENT = "treatment"
    CONSULTATION = "consultation"
    EVALUATION_AND_TREATMENT = "evaluation_and_treatment"
    REVIEW = "review"
    PATCH_TEST = "patch_test"
    TOUCH_UP = "touch_up"
    COMPLICATION_CHECK = "complication_check"
    OTHER = "other"


class VisitState(StrEnum):
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_TREATMENT = "in_treatment"
    DONE = "done"
    NOT_TREATED = "not_treated"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


COMING = (VisitState.BOOKED, VisitState.CONFIRMED)
OPEN = (*COMING, VisitState.ARRIVED, VisitState.IN_TREATMENT)
"""States without an outcome."""
LIVE = (VisitState.BOOKED, VisitState.CONFIRMED, VisitState.ARRIVED, VisitState.IN_TREATMENT, VisitState.DONE)


class Appointment(Base, Stateful):
    """One visit. Local day, local time and zone are the facts; the UTC moments are their cache.

    `local_time` is the moment the patient must be there; `hands_on_at` when hands-on treatment begins; `ends_at` the end of
    the last phase. `revision` counts moves (it is the calendar file's SEQUENCE); `version` guards against stale pages; `uid` is what
    the visit's event is called in calendars: random, for whoever knows it may answer for the patient.
    """

    __tablename__ = "appointment"
    MOVES: ClassVar[Moves] = {
        VisitState.BOOKED: frozenset({VisitState.CONFIRMED, VisitState.ARRIVED, VisitState.CANCELLED, VisitState.NO_SHOW}),
        VisitState.CONFIRMED: frozenset({VisitState.BOOKED, VisitState.ARRIVED, VisitState.CANCELLED, VisitState.NO_SHOW}),
        VisitState.ARRIVED: frozenset({VisitState.IN_TREATMENT, VisitState.DONE, VisitState.NOT_TREATED}),
        VisitState.IN_TREATMENT: frozenset({VisitState.DONE, VisitState.NOT_TREATED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), default=lambda: str(uuid4()))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    patient: Mapped[Patient] = relationship()
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("treatment_plan.id"), index=True)
    plan: Mapped[TreatmentPlan | None] = relationship()
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    kind: Mapped[VisitKind] = mapped_column(checked(VisitKind))
    state: Mapped[VisitState] = state_column(VisitState, VisitState.BOOKED)
    local_day: Mapped[date]
    local_time: Mapped[time]
    zone: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int]
    hands_on_after: Mapped[int] = mapped_column(default=0)
    hands_on_minutes: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime]
    hands_on_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    performer_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    performer: Mapped[StaffMember | None] = relationship()
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    tentative: Mapped[bool] = mapped_column(default=False)
    agreed: Mapped[bool] = mapped_column(default=True)
    asked_by: Mapped[str] = mapped_column(String(20), default="patient")
    note: Mapped[str] = mapped_column(String(300), default="")
    revision: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    sessions: Mapped[list[AppointmentSession]] = relationship(
        back_populates="appointment", order_by="AppointmentSession.position", cascade="all, delete-orphan"
    )
    statuses: Mapped[list[AppointmentStatus]] = relationship(back_populates="appointment", order_by="AppointmentStatus.id")
    claims: Mapped[list[Claim]] = relationship(back_populates="appointment", cascade="all, delete-orphan", order_by="Claim.starts_at")

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("uq_appointment_uid", "uid", unique=True),
        Index("ix_appointment_location_id_starts_at", "location_id", "starts_at"),
        Index("ix_appointment_patient_id_starts_at", "patient_id", "starts_at"),
        Index("ix_appointment_open_starts_at", "starts_at", **only("state IN ('booked','confirmed','arrived','in_treatment')")),
    )


class Outcome(StrEnum):
    """What became of a session in a visit. Planned and done are live: a session has at most one such row."""

    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"
    RELEASED = "released"
    NOT_TREATED = "not_treated"


class AppointmentSession(Base):
    """Which session a visit carries, and what became of it. Keeps history.

    `label` ("2", "M1", "" when it did not count), `of`, `gap_days` and `band` are a cache of the forecast's answer for lists of
    many visits, rebuilt by `app.series.rows.refresh`; never edited by hand.
    """

    __tablename__ = "appointment_session"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("treatment_session.id"), primary_key=True)
    appointment: Mapped[Appointment] = relationship(back_populates="sessions")
    session: Mapped[TreatmentSession] = relationship()
    position: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[Outcome] = mapped_column(checked(Outcome), default=Outcome.PLANNED)
    label: Mapped[str] = mapped_column(String(8), default="")
    of: Mapped[int | None]
    gap_days: Mapped[int | None]
    band: Mapped[str] = mapped_column(String(12), default="")

    __table_args__ = (
        Index("ix_appointment_session_session_id", "session_id"),
        Index("uq_appointment_session_live", "session_id", unique=True, **only("outcome IN ('planned','done')")),
    )


class AppointmentStatus(Base):
    """One move of a visit: when, to what, by whom. Append-only; undo writes a row that names the one it takes back."""

    __tablename__ = "appointment_status"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), index=True)
    appointment: Mapped[Appointment] = relationship(back_populates="statuses")
    state: Mapped[VisitState] = mapped_column(checked(VisitState))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    by_patient: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(String(300), default="")
    undo_of_id: Mapped[int | None] = mapped_column(ForeignKey("appointment_status.id"))

    __table_args__ = (Index("ix_appointment_status_at", "state", "at"),)


class Claim(Base):
    """A phase of a live visit claims one person, room, chair, device or the patient. The database refuses overlaps.

    Claims of visits that are no longer live are deleted, not flagged.
    """

    __tablename__ = "claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), index=True)
    appointment: Mapped[Appointment] = relationship(back_populates="claims")
    phase: Mapped[str] = mapped_column(String(20))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("chair.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint(
            "CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END + CASE WHEN room_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN chair_id IS NULL THEN 0 ELSE 1 END + CASE WHEN device_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN patient_id IS NULL THEN 0 ELSE 1 END = 1",
            name="exactly_one",
        ),
        Index("ix_claim_staff_id_starts_at", "staff_id", "starts_at"),
        Index("ix_claim_room_id_starts_at", "room_id", "starts_at"),
        Index("ix_claim_chair_id_starts_at", "chair_id", "starts_at"),
        Index("ix_claim_device_id_starts_at", "device_id", "starts_at"),
        Index("ix_claim_patient_id_starts_at", "patient_id", "starts_at"),
        Index("ix_claim_starts_at", "starts_at"),
    )
