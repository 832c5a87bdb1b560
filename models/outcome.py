"""An outcome: what was measured, or what somebody judged, of a course on a day."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.states import checked
from models.treatment import Course, TreatmentSession


class Measure(StrEnum):
    """The library's keys. GAIS: 1 very much improved … 5 worse. Satisfaction and pain: as the patient says."""

    GAIS_PHYSICIAN = "gais_physician"
    GAIS_PATIENT = "gais_patient"
    SATISFACTION = "satisfaction"
    PAIN = "pain"
    HAIR_DENSITY = "hair_density_per_cm2"
    HAIR_DIAMETER = "hair_diameter"

    @property
    def told(self) -> bool:
        """The patient said it; staff only wrote it down."""
        return self in (Measure.GAIS_PATIENT, Measure.SATISFACTION, Measure.PAIN)


class CourseOutcome(Base):
    """One value. `session`: the one it was taken at; None: of the whole course. Voided with a reason, never deleted."""

    __tablename__ = "course_outcome"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    course: Mapped[Course] = relationship()
    session_id: Mapped[int | None] = mapped_column(ForeignKey("treatment_session.id"), index=True)
    session: Mapped[TreatmentSession | None] = relationship()
    measure: Mapped[Measure] = mapped_column(checked(Measure))
    value: Mapped[float]
    measured_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))
    voided_why: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (Index("ix_course_outcome_course_id", "course_id", "measured_on"),)

    @property
    def patient_id(self) -> int:
        """Whose it is."""
        return self.course.plan.patient_id
