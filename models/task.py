"""What a person must do: calls, decisions, looks. One open task for one thing."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, only
from models.patient import Patient


class TaskKind(StrEnum):
    """What is asked of a person. The words for it, and the page where it is done, are the worklist's."""

    CALL = "call_line"  # what no mail tells is said on the telephone
    CALL_PATIENT = "call_patient"  # the patient asks to be called
    ASKED_TO_MOVE = "asked_to_move"  # a patient asks for another time for a visit; the present place is kept
    NOT_AGREED = "not_agreed"  # the clinic moved a visit, and the patient has not said yet that the new time suits
    CANCELLED_SOON = "cancelled_soon"  # the clinic cancelled a visit that was to begin within a day: somebody calls at once
    CALL_UNDECIDED = "call_undecided"  # a visit is near and nobody has decided about what the patient reported
    RECALL_STOPPED = "recall_stopped"  # nobody answered the invitations to maintenance
    OF_AGE = "of_age"
    PATIENT_WROTE = "patient_wrote"
    TO_BOOK = "to_book"  # what was tried to get the next session of a course booked, or until when that was put off
    FREED = "freed_time"  # a time has become free for which somebody waits who asked for an earlier one
    CANNOT_STAY = "cannot_stay"  # people, rooms or hours have changed under a visit
    NO_OUTCOME = "no_outcome"  # a visit of an earlier day that nobody has closed
    REPORT_UNDECIDED = "report_undecided"
    REVIEW_DUE = "review_due"  # the physician's look at a course
    EVALUATION_DUE = "evaluation_due"
    ACCEPT_ELSEWHERE = "accept_elsewhere"
    HOLD_REVIEW = "hold_review"
    HOLD_OVER = "hold_over"
    PLAN_WAITING = "plan_waiting"  # a plan that was never begun
    BAD_ADDRESS = "address_bounced"  # an address does not work, whoever says so: a mail server, or whoever reads there
    ADDRESS_REFUSED = "address_refused"  # the same in lines of older databases
    DELIVERY_UNKNOWN = "delivery_unknown"
    MAIL_FAILED = "mail_failed"
    MAIL_REPORTED = "mail_reported"
    MAIL_UNMATCHED = "mail_unmatched"
    PRIVACY_INCIDENT = "privacy_incident"
    OUTCOME_DUE = "outcome_due"  # a protocol wants to know how a course stands some days after its session
    COMPLICATION = "complication"  # one that no physician has cleared


class StaffTask(Base):
    """A line on a worklist. `for_role`: who may do it; `facts`: what the page needs to say it in words."""

    __tablename__ = "staff_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject_type: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient | None] = relationship()
    for_role: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_tried_at: Mapped[datetime | None]
    snoozed_until: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    closed_as: Mapped[str] = mapped_column(String(40), default="")

    __table_args__ = (
        Index("uq_staff_task_open", "kind", "subject_type", "subject_id", unique=True, **only("closed_at IS NULL")),
        Index("ix_staff_task_open_made_at", "kind", "made_at", **only("closed_at IS NULL")),
        Index("ix_staff_task_open_due_on", "due_on", "id", **only("closed_at IS NULL")),
    )
