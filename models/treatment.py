"""The treatment plan, its courses and their sessions, reviews and holds: one aggregate."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, only, only_true
from models.patient import Patient
from models.protocol import ProtocolVersion
from models.states import Moves, Stateful, checked, state_column


class PlanState(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CLOSED = "closed"


class SessionState(StrEnum):
    PROPOSED = "proposed"
    BOOKED = "booked"
    DONE = "done"
    MISSED = "missed"
    SKIPPED = "skipped"


class SessionKind(StrEnum):
    SERIES = "series"
    MAINTENANCE = "maintenance"


class TreatmentPlan(Base, Stateful):
    """What the physician decided for a patient: one or more courses side by side."""

    __tablename__ = "treatment_plan"
    MOVES: ClassVar[Moves] = {
        PlanState.DRAFT: frozenset({PlanState.ACTIVE, PlanState.CLOSED}),
        PlanState.ACTIVE: frozenset({PlanState.ON_HOLD, PlanState.COMPLETED, PlanState.CLOSED}),
        PlanState.ON_HOLD: frozenset({PlanState.ACTIVE, PlanState.CLOSED}),
        PlanState.COMPLETED: frozenset({PlanState.ACTIVE}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patient.id"), index=True)
    patient: Mapped[Patient] = relationship()
    physician_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    state: Mapped[PlanState] = state_column(PlanState, PlanState.DRAFT)
    preferred_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note_to_patient: Mapped[str] = mapped_column(Text, default="")
    closed_why: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    courses: Mapped[list[Course]] = relationship(back_populates="plan", order_by="Course.id", foreign_keys="Course.plan_id")
    holds: Mapped[list[Hold]] = relationship(back_populates="plan", order_by="Hold.id")
    changes: Mapped[list[PlanChange]] = relationship(back_populates="plan", order_by="PlanChange.id")


class PlanChange(Base):
    """What people read of a plan's history: what changed, from what to what, who, why. Append-only."""

    __tablename__ = "plan_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("treatment_plan.id"), index=True)
    plan: Mapped[TreatmentPlan] = relationship(back_populates="changes")
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    what: Mapped[str] = mapped_column(String(40))
    old: Mapped[str] = mapped_column(Text, default="")
    new: Mapped[str] = mapped_column(Text, default="")
    why: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    at: Mapped[datetime]


class Course(Base):
    """One patient's run of one protocol on one area, with its own copied numbers.

    `due_*`, `needs_booking` and `agreed_used` are a cache of the forecast's answer, rebuilt by `app.series.rows`; never edited by hand.
    `due_lapsed` is the first day on which a physician must decide how it goes on. `maintenance` has the library's shape; None: no
    maintenance. `lapse_days` None: never lapsed.
    """

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("treatment_plan.id"), index=True)
    plan: Mapped[TreatmentPlan] = relationship(back_populates="courses", foreign_keys=[plan_id])
    version_id: Mapped[int] = mapped_column(ForeignKey("protocol_version.id"), index=True)
    protocol_version: Mapped[ProtocolVersion] = relationship()
    area: Mapped[str] = mapped_column(String(40))
    variant: Mapped[str | None] = mapped_column(String(40))
    start_day: Mapped[date]
    grace_days: Mapped[int] = mapped_column(default=3)
    lapse_days: Mapped[int | None]
    maintenance: Mapped[dict[str, Any] | None]
    agreed_sessions: Mapped[int | None]
    agreed_used: Mapped[int | None]
    starts_after_course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    starts_after_step: Mapped[int | None]
    starts_after_days: Mapped[int | None]
    keep_apart_days: Mapped[int | None]
    completed_early_on: Mapped[date | None]
    recall_ended_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_why: Mapped[str] = mapped_column(String(300), default="")
    imported_as: Mapped[str | None] = mapped_column(String(160), unique=True)
    live: Mapped[bool] = mapped_column(default=False)
    due_step: Mapped[str | None] = mapped_column(String(8))
    due_earliest: Mapped[date | None]
    due_on: Mapped[date | None]
    due_latest: Mapped[date | None]
    due_lapsed: Mapped[date | None]
    needs_booking: Mapped[bool] = mapped_column(default=False)
    steps: Mapped[list[CourseStep]] = relationship(back_populates="course", order_by="CourseStep.n", cascade="all, delete-orphan")
    sessions: Mapped[list[TreatmentSession]] = relationship(back_populates="course", order_by="TreatmentSession.n")
    reviews: Mapped[list[Review]] = relationship(back_populates="course", order_by="Review.id")

    __table_args__ = (
        Index(
            "ix_course_needs_booking", "due_latest", "due_on", "id", "due_earliest", "due_step", "due_lapsed",
            **only_true("live", "needs_booking"),
        ),
        Index("ix_course_live_due", "due_on", "id", **only_true("live")),
        Index("ix_course_ended_on", "ended_on", **only("ended_on IS NOT NULL")),
        Index("ix_course_completed_early_on", "completed_early_on", **only("completed_early_on IS NOT NULL")),
    )


class CourseStep(Base):
    """A step of this course. `gaps`: [{from: "previous"|{"step": n}, absolute_min?, min?, ideal?, max?}] with durations as
    text ("28d"); `bounds`: {absolute_not_before?, not_before?, ideal_from?, latest?} as ISO days (docs/forecast.md)."""

    __tablename__ = "course_step"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    course: Mapped[Course] = relationship(back_populates="steps")
    gaps: Mapped[list[Any]] = mapped_column(default=list)
    bounds: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ReviewResult(StrEnum):
    CONTINUE = "continue"
    EXTEND = "extend"
    COMPLETE = "complete"
    MAINTAIN = "maintain"
    WAIVED = "waived"


class Review(Base):
    """The physician's review after a step. It renews the evaluation."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    course: Mapped[Course] = relationship(back_populates="reviews")
    after_step: Mapped[int]
    done_on: Mapped[date]
    result: Mapped[ReviewResult] = mapped_column(checked(ReviewResult))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    why: Mapped[str] = mapped_column(String(300), default="")


class TreatmentSession(Base, Stateful):
    """A planned or performed unit of a course: a row with an order number, never a step (the forecast says which step it satisfied)."""

    __tablename__ = "treatment_session"
    MOVES: ClassVar[Moves] = {
        SessionState.PROPOSED: frozenset({SessionState.BOOKED, SessionState.SKIPPED, SessionState.DONE}),
        SessionState.BOOKED: frozenset({SessionState.DONE, SessionState.MISSED, SessionState.PROPOSED}),
        SessionState.MISSED: frozenset({SessionState.BOOKED, SessionState.PROPOSED, SessionState.SKIPPED}),
        SessionState.DONE: frozenset({SessionState.BOOKED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    course: Mapped[Course] = relationship(back_populates="sessions")
    n: Mapped[int]
    kind: Mapped[SessionKind] = mapped_column(checked(SessionKind), default=SessionKind.SERIES)
    state: Mapped[SessionState] = state_column(SessionState, SessionState.PROPOSED)
    performed_on: Mapped[date | None]
    performed_at: Mapped[datetime | None]
    performed_end: Mapped[datetime | None]
    performed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    override_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    override_why: Mapped[str] = mapped_column(String(300), default="")
    substandard: Mapped[bool] = mapped_column(default=False)
    reaction: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    elsewhere: Mapped[dict[str, Any] | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    skipped_why: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (
        UniqueConstraint("course_id", "n"),
        CheckConstraint("(state = 'done') = (performed_on IS NOT NULL)", name="done_has_a_day"),
        Index("ix_treatment_session_performed_on", "performed_on"),
        Index("ix_treatment_session_missed", "course_id", **only("state = 'missed'")),
    )


class Hold(Base):
    """A pause: why, from when, until a date, an event, or a physician's word. Scope: the plan, or one course."""

    __tablename__ = "hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("treatment_plan.id"), index=True)
    plan: Mapped[TreatmentPlan] = relationship(back_populates="holds")
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("finding.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("patient_report.id"), index=True)
    rule: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(300), default="")
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    until_event: Mapped[str | None] = mapped_column(String(40))
    review_on: Mapped[date | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    made_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_on: Mapped[date | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    released_why: Mapped[str] = mapped_column(String(300), default="")
