"""What lies ahead of the clinic: 400 plans under way and what else is booked, as rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert

from app.library.loader import shipped
from bench import world
from models import clock
from models.appointment import Appointment, AppointmentSession, AppointmentStatus, Claim, Outcome, VisitKind, VisitState
from models.base import Base, db
from models.patient import Consent, ConsentKind, Evaluation
from models.treatment import Course, CourseStep, PlanState, Review, ReviewResult, SessionState, TreatmentPlan, TreatmentSession

MOMENT = datetime(2026, 12, 3, 11, 12, tzinfo=UTC)  # Thursday, twelve past two in Istanbul
TODAY, ZONE, EARLY = world.TODAY, "Europe/Istanbul", datetime(2026, 11, 1, 8, tzinfo=UTC)
PLANS, SERIES, GAP = 400, 6, 10
FULL_DAYS, AHEAD = 22, 54
"""For three weeks 54 of 60 places are taken: the last hour is free."""
NOBODY = {"staff_id": None, "room_id": None, "patient_id": None}


@dataclass
class Seat:
    """A free half hour with one of the three, in the room of the same number."""

    day: date
    n: int

    @property
    def physician(self) -> int:
        return self.n % 3 + 1

    @property
    def starts(self) -> datetime:
        return clock.at(self.day, time(9 + self.n // 3 // 2, self.n // 3 % 2 * 30), ZONE)

    @property
    def ends(self) -> datetime:
        return self.starts + timedelta(minutes=30)


class Made:
    """400 plans of six sessions, ten days apart. Sixty have a session today; every tenth of the others has nobody booked next."""

    def __init__(self, version: int) -> None:
        self.version, self.taken = version, Counter[date]()
        self.rows: dict[type[Base], list[dict[str, Any]]] = {}
        self.first = {model: (db.session.query(model.id).order_by(model.id.desc()).limit(1).scalar() or 0) + 1  # type: ignore[attr-defined]
                      for model in (TreatmentPlan, Course, TreatmentSession, Appointment)}  # fmt: skip

    def write(self) -> None:
        """Everything, within a transaction of the caller's."""
        for n in range(PLANS):
            self._plan(n)
        for day in (TODAY + timedelta(days=days) for days in range(1, FULL_DAYS)):
            while day.weekday() != 6 and self.taken[day] < AHEAD:
                self._visit(Seat(day, self._next(day)), kind=VisitKind.CONSULTATION)
        for model, lines in self.rows.items():
            db.session.execute(insert(model), lines)

    def add(self, model: type[Base], **values: Any) -> None:
        self.rows.setdefault(model, []).append(values)

    def _plan(self, n: int) -> None:
        plan, course, patient = self.first[TreatmentPlan] + n, self.first[Course] + n, n + 1
        begun = n % SERIES  # so many sessions are over
        start = TODAY - timedelta(days=GAP * begun) + timedelta(days=0 if n < 60 else n % 9 + 1)
        self.add(Evaluation, patient_id=patient, physician_id=n % 3 + 1, day=start, valid_until=start + timedelta(days=180),
                 suitability="suitable", signed_at=EARLY)  # fmt: skip
        self.add(TreatmentPlan, id=plan, patient_id=patient, physician_id=n % 3 + 1, location_id=1, state=PlanState.ACTIVE, made_at=EARLY)
        self.add(Course, id=course, plan_id=plan, version_id=self.version, area="scalp", start_day=start, live=True, grace_days=3,
                 lapse_days=29, maintenance=shipped().protocols["mesotherapy_scalp"]["maintenance"])  # fmt: skip
        self.add(Consent, patient_id=patient, kind=ConsentKind.PROCEDURE, course_id=course, text_version="v1", area="scalp",
                 informed_by_id=1, given_at=EARLY)  # fmt: skip
        if begun > 3:
            self.add(Review, course_id=course, after_step=4, done_on=TODAY, result=ReviewResult.CONTINUE, by_id=1)
        for step in range(SERIES):
            gap = [{"from": "previous", "min": "7d", "ideal": f"{GAP}d", "max": "15d"}] if step else []
            self.add(CourseStep, course_id=course, n=step + 1, gaps=gap, bounds={} if step else {"ideal_from": start.isoformat()})
            self._session(n, step, start + timedelta(days=GAP * step))

    def _session(self, n: int, step: int, day: date) -> None:
        came = day < TODAY
        seat = Seat(day, self._next(day)) if self._takes_more(day) and (n < 60 or n % 10) else None
        number, course = self.first[TreatmentSession] + n * SERIES + step, self.first[Course] + n
        over = came or (seat is not None and seat.ends <= MOMENT)
        began = seat.starts if seat else clock.at(day, time(9), ZONE)
        done = (day, began, began + timedelta(minutes=30)) if over else (None, None, None)
        self.add(TreatmentSession, id=number, course_id=course, n=step + 1,
                 state=SessionState.DONE if over else SessionState.BOOKED if seat else SessionState.PROPOSED,
                 **dict(zip(("performed_on", "performed_at", "performed_end"), done, strict=True)))  # fmt: skip
        if seat:
            visit = self._visit(seat, n, over=over)
            self.add(AppointmentSession, appointment_id=visit, session_id=number, outcome=Outcome.DONE if over else Outcome.PLANNED,
                     label=str(step + 1), of=SERIES, gap_days=GAP if step else None, band="ideal")  # fmt: skip

    def _takes_more(self, day: date) -> bool:
        return day >= TODAY and day.weekday() != 6 and self.taken[day] < world.A_DAY

    def _next(self, day: date) -> int:
        self.taken[day] += 1
        return self.taken[day] - 1

    def _visit(self, seat: Seat, n: int | None = None, *, kind: VisitKind = VisitKind.TREATMENT, over: bool = False) -> int:
        """Of the plan `n`, or of somebody without one. Its number."""
        number, state = self.first[Appointment] + len(self.rows.get(Appointment, ())), VisitState.DONE if over else VisitState.BOOKED
        patient, plan = (PLANS + number % 5000 + 1, None) if n is None else (n + 1, self.first[TreatmentPlan] + n)
        self.add(Appointment, id=number, location_id=1, patient_id=patient, plan_id=plan, kind=kind, state=state, local_day=seat.day,
                 local_time=clock.local(seat.starts, ZONE).time(), zone=ZONE, minutes=30, hands_on_after=10, hands_on_minutes=20,
                 starts_at=seat.starts, hands_on_at=seat.starts + timedelta(minutes=10), ends_at=seat.ends,
                 performer_id=seat.physician, room_id=seat.physician, made_at=EARLY)  # fmt: skip
        self.add(AppointmentStatus, appointment_id=number, state=state, at=seat.ends if over else EARLY)
        for whom in ({"patient_id": patient}, {"staff_id": seat.physician}, {"room_id": seat.physician}):
            self.add(Claim, appointment_id=number, phase="procedure", starts_at=seat.starts, ends_at=seat.ends, **(NOBODY | whom))
        return number
