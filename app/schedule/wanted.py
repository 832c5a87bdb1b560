"""A visit somebody wants to book or to put elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.planning.visit import Slot
from app.schedule.free import resources
from app.schedule.limits import Override
from models.appointment import VisitKind
from models.clinic import Location
from models.patient import Patient
from models.treatment import Course, TreatmentPlan, TreatmentSession


@dataclass(frozen=True)
class Wanted:
    """A slot without claims is worked out first; `course`: whose protocol a visit borrows; `place_id`: where, if not where its plan is."""

    patient: Patient
    kind: VisitKind
    slot: Slot
    sessions: Sequence[TreatmentSession] = ()
    plan: TreatmentPlan | None = None
    course: Course | None = None
    tentative: bool = False
    asked_by: str = "patient"
    note: str = ""
    override: Override | None = None
    place_id: int | None = None

    @property
    def courses(self) -> list[Course]:
        return [session.course for session in self.sessions] or ([self.course] if self.course else [])

    @property
    def treated(self) -> list[Course]:
        """The courses of which something is done to the tissue: those of its sessions, or the one that is touched up."""
        return self.courses if self.sessions or self.kind is VisitKind.TOUCH_UP else []

    @property
    def place(self) -> Location:
        """Where it is to be."""
        return resources.place_of(self.courses, self.place_id)

    @property
    def plan_id(self) -> int | None:
        plans = [self.plan] if self.plan else [course.plan for course in self.courses]
        return plans[0].id if plans else None
